"""A question as a standard problem of the platform: one kind of answer, feedback for every choice, an explanation.

What the platform's parser does with it was read in ``xmodule/capa``: a ``label`` inside the response becomes the fieldset's legend, a
``choicehint`` in a choice (of a checkbox group with ``selected``) is told to whoever chose it, ``solution`` is shown with the answer.
Choices are never shuffled and there is no partial credit, so that answers stay the same through exports and item statistics.
"""

from __future__ import annotations

from lxml import etree

from digiskills_framework.content_types import Choice, Question
from digiskills_framework.types import LocalizedText
from digiskills_xblock.course.page_words import word

CHECK_ATTEMPTS = 2
FINAL_ATTEMPTS = 1


def problem_xml(
    question: Question, skill: str, locale: str, *, max_attempts: int | None = None, title: str | None = None
) -> etree._Element:
    """The ``problem`` element of a question, without a ``url_name``.

    Args:
        skill: the code it is evidence for, in the course's own framework; a facet of the question is added to it.
        locale: ``vi`` or ``en``.
        max_attempts: 2 for a check and 1 in the final assessment where not given.
        title: what outline and grade book call it; a situation or a question where not given.
    """
    checking = question.use == "check"
    fallback = CHECK_ATTEMPTS if checking else FINAL_ATTEMPTS
    problem = etree.Element(
        "problem",
        display_name=title or word(f"question_{question.about}", locale),
        digiskills_skills=f"{skill}/{question.facet}" if question.facet else skill,
        max_attempts=str(fallback if max_attempts is None else max_attempts),
        # Who has answered for good may see why; in the final assessment the answers stay with the course.
        showanswer="finished" if checking else "never",
    )
    response = etree.SubElement(problem, "choiceresponse" if question.several else "multiplechoiceresponse")
    _said(response, "label", question.ask, locale)
    if question.several:
        # The question itself says that there is more than one to choose; a description of the platform's would say it twice.
        group = etree.SubElement(response, "checkboxgroup")
    else:
        group = etree.SubElement(response, "choicegroup", type="MultipleChoice")
    for choice in question.choices:
        _choice(group, choice, locale, several=question.several)
    _solution(response, question, locale)
    return problem


def _choice(group: etree._Element, choice: Choice, locale: str, *, several: bool) -> None:
    element = _said(group, "choice", choice.text, locale)
    element.set("correct", "true" if choice.right else "false")
    # Without a label of the platform's, "Correct:", in whatever language the site has; several hints can have no labels of their own.
    _said(element, "choicehint", choice.because, locale).set(*(("selected", "true") if several else ("label", "")))


def _solution(response: etree._Element, question: Question, locale: str) -> None:
    box = etree.SubElement(etree.SubElement(response, "solution"), "div", {"class": "detailed-solution"})
    etree.SubElement(box, "p").text = word("explanation", locale)
    _said(box, "p", question.why, locale)


def _said(parent: etree._Element, tag: str, text: LocalizedText, locale: str) -> etree._Element:
    element = etree.SubElement(parent, tag)
    element.text = text.text(locale)
    return element
