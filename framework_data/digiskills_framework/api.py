"""The door to framework data. Outsiders import from here (and tasks from `digiskills_framework.tasks`).

Everything returned is immutable and cached for the life of the process. An operator's own data directories are passed as
``extra`` (a tuple of paths); they add to the shipped data and never redefine it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from digiskills_framework.coverage import COMPLETED, CoverageRule, GroupKind
from digiskills_framework.coverage_loader import list_coverage, load_coverage
from digiskills_framework.document_loader import load_document
from digiskills_framework.errors import (
    Finding,
    FrameworkDataError,
    InconsistentDataError,
    InvalidShapeError,
    InvalidTableError,
    OutputRefusedError,
    ReleasedDataChangedError,
    UnknownDataError,
    UnreadableFileError,
)
from digiskills_framework.identity_scheme import IdentityScheme
from digiskills_framework.library import list_entries
from digiskills_framework.loader import load_bundle, load_skill_set
from digiskills_framework.pack import AdminUnit, CountryPack, HelpNumber, SchoolLevel
from digiskills_framework.pack_loader import load_pack, load_units
from digiskills_framework.placement import Parameter, PlacementModel, PlacementValues, StartAnswer
from digiskills_framework.placement_loader import load_placement
from digiskills_framework.registry import FieldRule, LegalBasis, RegistryProfile, Routing, RoutingRule
from digiskills_framework.registry_mapping import MappingError, build_record, missing_needs
from digiskills_framework.registry_profiles import (
    list_registry_profiles,
    load_identity_scheme,
    load_registry_profile,
    load_routing,
)
from digiskills_framework.regulation import AudienceRules, ChangePolicy, CompletedLearners, MovedLearners, RecordType, Regulation
from digiskills_framework.regulation_diff import ChangeKind, RegulationChange, diff_regulations
from digiskills_framework.regulation_loader import load_regulation
from digiskills_framework.regulation_rules import RULE_NAMES, CountedAttempts, Role, Rule, RuleValues
from digiskills_framework.requirement_tree import (
    AllOf,
    AnyOf,
    Assurance,
    AtLeast,
    EvidenceRequired,
    RequirementTree,
    SkillRequired,
    Weighted,
    evidence_leaves,
    leaves,
    tree_as_json,
)
from digiskills_framework.types import (
    AUDIENCE_BY_DOCUMENT_CODE,
    Audience,
    CanDo,
    Coverage,
    Crosswalk,
    Document,
    Framework,
    LocalizedText,
    Requirement,
    RequirementProfile,
    Skill,
    SkillSet,
)

__all__ = [
    "AUDIENCE_BY_DOCUMENT_CODE",
    "COMPLETED",
    "RULE_NAMES",
    "AdminUnit",
    "AllOf",
    "AnyOf",
    "Assurance",
    "AtLeast",
    "Audience",
    "AudienceRules",
    "CanDo",
    "ChangeKind",
    "ChangePolicy",
    "CompletedLearners",
    "CountedAttempts",
    "CountryPack",
    "Coverage",
    "CoverageRule",
    "Crosswalk",
    "Document",
    "EvidenceRequired",
    "FieldRule",
    "Finding",
    "Framework",
    "FrameworkDataError",
    "GroupKind",
    "HelpNumber",
    "IdentityScheme",
    "InconsistentDataError",
    "InvalidShapeError",
    "InvalidTableError",
    "LegalBasis",
    "LocalizedText",
    "MappingError",
    "MovedLearners",
    "OutputRefusedError",
    "Parameter",
    "PlacementModel",
    "PlacementValues",
    "RecordType",
    "RegistryProfile",
    "Regulation",
    "RegulationChange",
    "ReleasedDataChangedError",
    "Requirement",
    "RequirementProfile",
    "RequirementTree",
    "Role",
    "Routing",
    "RoutingRule",
    "Rule",
    "RuleValues",
    "SchoolLevel",
    "Skill",
    "SkillRequired",
    "SkillSet",
    "StartAnswer",
    "UnknownDataError",
    "UnreadableFileError",
    "Weighted",
    "build_record",
    "diff_regulations",
    "evidence_leaves",
    "leaves",
    "list_coverage",
    "list_documents",
    "list_frameworks",
    "list_packs",
    "list_placements",
    "list_registry_profiles",
    "list_regulations",
    "list_skill_sets",
    "load_borrowed",
    "load_can_do",
    "load_coverage",
    "load_crosswalk",
    "load_document",
    "load_framework",
    "load_identity_scheme",
    "load_pack",
    "load_placement",
    "load_profile",
    "load_registry_profile",
    "load_regulation",
    "load_routing",
    "load_skill_set",
    "load_units",
    "missing_needs",
    "tree_as_json",
]


def list_frameworks(extra: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """Keys of the frameworks there are: ``digiskills-vn/1.0``."""
    return tuple(entry.key for entry in list_entries("frameworks", extra))


def list_regulations(extra: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """Keys of the regulations there are: ``demo-s3-a1/1``."""
    return tuple(entry.key for entry in list_entries("regulations", extra))


def list_placements(extra: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """Keys of the placement models there are: ``default/1``."""
    return tuple(entry.key for entry in list_entries("placement", extra))


def list_documents(extra: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """Ids of the published documents there are."""
    return tuple(entry.key for entry in list_entries("documents", extra))


def list_skill_sets(extra: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """Ids of the skill sets there are: ``five-basic``."""
    return tuple(entry.key for entry in list_entries("skill-sets", extra))


def list_packs(extra: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """Codes of the country packs there are: ``vn``."""
    return tuple(entry.key for entry in list_entries("packs", extra))


def load_framework(key: str, extra: tuple[Path, ...] = ()) -> Framework:
    """The framework with this key, ``digiskills-vn/1.0``.

    Raises:
        FrameworkDataError: unknown, unreadable, changed since its release or contradictory; see its subclasses.
    """
    return load_bundle(key, extra).framework


def load_profile(key: str, extra: tuple[Path, ...] = ()) -> RequirementProfile:
    """The requirement profile of a framework; key and errors as for `load_framework`."""
    return load_bundle(key, extra).profile


def load_crosswalk(key: str, extra: tuple[Path, ...] = ()) -> Crosswalk:
    """The crosswalk of a framework to published documents; key and errors as for `load_framework`."""
    return load_bundle(key, extra).crosswalk


def load_borrowed(key: str, extra: tuple[Path, ...] = ()) -> Mapping[str, tuple[str, ...]]:
    """By task the skills of a framework that borrow it; key and errors as for `load_framework`."""
    return load_bundle(key, extra).borrowed


def load_can_do(key: str, extra: tuple[Path, ...] = ()) -> tuple[CanDo, ...]:
    """The can-do statements of a framework in the order of its profile; key and errors as for `load_framework`."""
    return load_bundle(key, extra).can_do
