"""Who learns in a course, and how far they are: in figures, and row by row for the export."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from attrs import frozen
from django.db.models import Case, Count, IntegerField, QuerySet, Sum, Value, When

from digiskills_grading import succession
from digiskills_grading.data import CourseLearner, LearnerGroup
from digiskills_grading.errors import UnknownContext
from digiskills_grading.evidence import COURSE_STAFF
from digiskills_grading.models import Attempt, BlockScore, Context, Evidence, Learner, Mastery, RegulationVersion, SkillCode, Track
from digiskills_grading.policies import load_policy
from digiskills_grading.scoring.policy import required_skills

PIECE = 500
T = TypeVar("T")

_GroupKey = tuple[int, str, str]  # regulation, audience, school level


@frozen
class CoursePeople:
    """Ids, ascending: blocks of a course, its learners, and the regulations under which they learn there.

    Attributes:
        team: who has a result there as course staff; they are not among the learners.
    """

    contexts: tuple[int, ...]
    learners: tuple[int, ...]
    team: frozenset[int]
    regulations: tuple[int, ...]


def people_of(course_key: str) -> CoursePeople:
    """The people of a course; nobody for a course in which nobody has practised."""
    contexts = tuple(Context.objects.filter(course_key=course_key).order_by("pk").values_list("pk", flat=True))
    found: set[int] = set()
    team: set[int] = set()
    tracks: set[int] = set()
    for context_id in contexts:
        tries = Attempt.objects.filter(context_id=context_id).exclude(state=Attempt.State.VOID).order_by()
        for learner, track, by_staff in tries.values_list("learner_id", "track_id", "by_staff").distinct():
            found.add(learner)
            tracks.add(track)
            if by_staff:
                team.add(learner)
        found.update(BlockScore.objects.filter(context_id=context_id).values_list("learner_id", flat=True))
    for some in _pieces(sorted(found)):
        staff = Evidence.objects.filter(learner_id__in=some, context_id__in=contexts, excluded_reason=COURSE_STAFF).order_by()
        team.update(staff.values_list("learner_id", flat=True).distinct())
    learners = sorted(found - team)
    return CoursePeople(contexts, tuple(learners), frozenset(team), _regulations(sorted(tracks), learners))


def assurance_mix(people: CoursePeople) -> dict[str, int]:
    """Standing pieces of evidence from the course, by assurance; each retraction has the assurance of what it takes back."""
    mix: Counter[str] = Counter()
    standing = Sum(Case(When(kind=Evidence.Kind.RETRACTION, then=Value(-1)), default=Value(1), output_field=IntegerField()))
    for some in _pieces(people.learners):
        rows = Evidence.objects.filter(learner_id__in=some, context_id__in=people.contexts, excluded_reason=None).order_by()
        mix.update(dict(rows.values_list("assurance").annotate(pieces=standing)))
    return {assurance: amount for assurance, amount in sorted(mix.items()) if amount > 0}


def groups_of(people: CoursePeople) -> tuple[LearnerGroup, ...]:
    """The learners by regulation, audience and school level, with the distribution of states for each required skill."""
    sizes: Counter[_GroupKey] = Counter()
    completed: Counter[_GroupKey] = Counter()
    states: defaultdict[_GroupKey, Counter[tuple[int, str]]] = defaultdict(Counter)
    for some in _pieces(people.learners):
        members: defaultdict[_GroupKey, list[int]] = defaultdict(list)
        for track in _tracks(people, some):
            key = (track.regulation_id, track.audience, track.school_level or "")
            members[key].append(track.pk)
            completed[key] += track.status == Track.Status.COMPLETED
        for key, tracks in members.items():
            sizes[key] += len(tracks)
            rows = Mastery.objects.filter(track_id__in=tracks).order_by().values_list("skill_id", "state").annotate(Count("pk"))
            for skill, state, amount in rows:
                states[key][skill, state] += amount
    names = dict(RegulationVersion.objects.filter(pk__in=people.regulations).values_list("pk", "key"))
    codes = dict(SkillCode.objects.values_list("pk", "code"))
    groups = [
        LearnerGroup(
            regulation=names[key[0]],
            audience=key[1],
            school_level=key[2],
            learners=size,
            completed=completed[key],
            skills=_distribution(_required(names[key[0]], *key[1:]), size, {(codes[pk], s): n for (pk, s), n in states[key].items()}),
        )
        for key, size in sizes.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.learners, group.regulation, group.audience, group.school_level)))


def rows_of(people: CoursePeople) -> Iterator[CourseLearner]:
    """Every track of every learner of a course, by public id; read piece by piece."""
    order = [pk for _, pk in sorted(_public_ids(people.learners))]
    codes = dict(SkillCode.objects.values_list("pk", "code"))
    for some in _pieces(order):
        tracks = {track.pk: track for track in _tracks(people, some).select_related("learner", "regulation")}
        skills: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for track_id, skill, state in Mastery.objects.filter(track_id__in=tracks).values_list("track_id", "skill_id", "state"):
            skills[track_id][codes[skill]] = state
        for track in sorted(tracks.values(), key=lambda track: (track.learner.public_id, track.regulation.key, track.audience)):
            yield CourseLearner(
                public_id=track.learner.public_id,
                regulation=track.regulation.key,
                audience=track.audience,
                school_level=track.school_level or "",
                status=track.status,
                skills=skills[track.pk],
            )


def skills_of(people: CoursePeople) -> tuple[str, ...]:
    """Codes of all skills that are required of somebody in a course, in alphabetical order."""
    keys: set[tuple[str, str, str]] = set()
    for some in _pieces(people.learners):
        rows = _tracks(people, some).order_by().values_list("regulation__key", "audience", "school_level").distinct()
        keys.update((regulation, audience, level or "") for regulation, audience, level in rows)
    return tuple(sorted({code for key in keys for code in _required(*key)}))


def _regulations(tracks: Sequence[int], learners: Sequence[int]) -> tuple[int, ...]:
    """Those in force of the runs in the course; where there are mapped blocks alone, all under which its learners are."""
    used: set[int] = set()
    for some in _pieces(tracks):
        used.update(Track.objects.filter(pk__in=some).order_by().values_list("regulation_id", flat=True).distinct())
    if used:
        return tuple(sorted({succession.regulation_in_force(regulation) for regulation in used}))
    for some in _pieces(learners):
        rows = Track.objects.filter(learner_id__in=some, successor=None).order_by()
        used.update(rows.values_list("regulation_id", flat=True).distinct())
    return tuple(sorted(used))


def _tracks(people: CoursePeople, learners: Sequence[int]) -> QuerySet[Track]:
    return Track.objects.filter(learner_id__in=learners, regulation_id__in=people.regulations, successor=None)


def _required(regulation: str, audience: str, school_level: str) -> tuple[str, ...]:
    """The required skills in their order; none where the rules are no longer installed."""
    try:
        return required_skills(load_policy(regulation, audience, school_level or None))
    except UnknownContext:
        return ()


def _distribution(required: Sequence[str], size: int, amounts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    """For each required skill (or, where nobody knows which, each that was assessed) the learners by state."""
    found = {}
    for code in required or sorted({skill for skill, _ in amounts}):
        states = {state: amounts.get((code, state), 0) for state in Mastery.State.values if state != Mastery.State.NOT_ASSESSED}
        found[code] = {**states, Mastery.State.NOT_ASSESSED.value: size - sum(states.values())}
    return found


def _public_ids(learners: Sequence[int]) -> Iterator[tuple[str, int]]:
    for some in _pieces(learners):
        yield from Learner.objects.filter(pk__in=some).values_list("public_id", "pk")


def _pieces(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), PIECE):
        yield items[start : start + PIECE]
