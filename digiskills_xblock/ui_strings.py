"""What the player says, by the key it asks for (``words("key")``) in public/{player,skin,comfort,after,way}.js.

Values in braces are filled in by the browser. A test holds these keys and the scripts together.
"""

from __future__ import annotations

from digiskills_xblock.i18n import Language, gettext_in
from digiskills_xblock.i18n import gettext_noop as _

UI_STRINGS: dict[str, str] = {
    # start page
    "empty": _("There is no exercise here yet."),
    "minutes": _("About {n} minutes"),
    "lesson": _("Read first: what you should know"),
    "kept_run": _("You have begun this exercise on this device."),
    "resume": _("Continue where you stopped"),
    "start_guided": _("Practise with guidance"),
    "start_guided_note": _("With hints at every step. Does not count."),
    "start_counted": _("Do it for a score"),
    "start_counted_note": _("Without hints. You see your score at the end."),
    "nonvisual": _("Do it without having to see pictures"),
    "past_due": _("The due date is over. You can still practise with guidance."),
    "limit_reached": _("You have used all scored attempts. You can still practise with guidance."),
    "not_stored": _("This is a trial: nothing is recorded."),
    "attempts": _("Scored attempts: {used} of {max} used"),
    "attempts_any": _("Scored attempts so far: {used}"),
    "best": _("Best score: {score} of 100"),
    "due": _("Due: {date}"),
    # waiting and sending
    "loading": _("Loading the exercise…"),
    "offline": _("There is no network. You can go on; your work is kept on this device."),
    "error_answer": _("The server did not answer. Please try again."),
    "sending": _("Handing in your work"),
    "sending_note": _("One moment, please. Do not close this page."),
    "send_again": _("Send again"),
    "unsent": _("Your work has not been handed in yet. It is kept on this device and is sent as soon as there is a network."),
    "unsent_unsafe": _("Your work has not been handed in yet. Please keep this page open until it has been sent."),
    # result page
    "result": _("Your result"),
    "score_of": _("of 100 points"),
    "result_later": _("Your work has been handed in. Your teacher has chosen to show results later or not at all."),
    "went_well": _("What you did well"),
    "missed": _("What was missing"),
    "hazards": _("What went wrong"),
    "how": _("How to do it:"),
    "recovered": _("You noticed it and reacted well."),
    "next": _("What to do next"),
    "practised": _("This was guided practice: it does not count."),
    "stored": _("Your result has been recorded."),
    "helped_question": _("Did somebody help you?"),
    "helped_yes": _("Yes, somebody helped me"),
    "helped_no": _("No, I did it alone"),
    "helped_note": _("Help is fine. Your score stays as it is."),
    "helped_thanks": _("Thank you for telling us. Help is a good way to learn. When you are ready, do it once more alone."),
    "helped_alone": _("Thank you. You did this by yourself."),
    "real_life": _("In real life"),
    "checked_on": _("Checked on {date}"),
    "show_how": _("See how it is done, step by step"),
    "again_guided": _("Practise again with guidance"),
    "again_counted": _("Do it again for a score"),
    "start_page": _("Back to the first page"),
    # while playing
    "run_guided": _("Practice with guidance"),
    "run_counted": _("Scored attempt"),
    "your_task": _("Your task"),
    "informed": _("I have read it, to the phone"),
    "wait": _("Wait a moment"),
    "finish": _("Done"),
    "finish_question": _("Are you done?"),
    "finish_note": _("After this you cannot change anything in this attempt."),
    "finish_yes": _("Yes, hand it in"),
    "finish_no": _("No, go on"),
    # the way through the task, step by step
    "way_step": _("Step {n} of {all}"),
    "way_next": _("Next"),
    "way_previous": _("Step back"),
    "way_leave": _("Back to the result"),
    "way_over": _("That was the whole way."),
    "way_only": _("Here you only look. Press “Next”, or what is marked."),
    "step_tap": _("Press “{name}”."),
    "step_type": _("Write “{text}” into “{name}”."),
    "step_choose": _("At “{name}”, choose “{text}”."),
    "step_on": _("Switch “{name}” on."),
    "step_off": _("Switch “{name}” off."),
    "step_open": _("Open the app “{name}”."),
    # reading: size of the text, reading aloud
    "text_size": _("Size of the text"),
    "size_0": _("normal text"),
    "size_1": _("large text"),
    "size_2": _("very large text"),
    "listen_start": _("Listen to the introduction"),
    "listen_lesson": _("Listen to the lesson"),
    "listen_task": _("Listen to your task"),
    "listen_screen": _("Listen to this screen"),
    "listen_result": _("Listen to your result"),
    "hush": _("Stop reading"),
    # the phone
    "practice_label": _("Practice – not a real app"),
    "phone": _("Practice phone"),
    "notices": _("Notifications"),
    "notice": _("New notification: {text}"),
    "undo": _("Undo"),
    "navigation": _("Buttons of the phone"),
    "back": _("Back"),
    "home": _("Home"),
    "apps": _("Apps"),
    "home_title": _("Home screen"),
    "modal": _("First answer what is on the screen."),
    "at_home": _("You are on the home screen already."),
    "not_yet": _("This is not possible yet."),
    "nothing_happened": _("Nothing happened."),
    "refused_number": _("This looks like a real number. Please do not type real numbers here; use those of the exercise."),
    "from_me": _("You wrote:"),
    "from_them": _("They wrote:"),
    "from_system": _("Message of the app:"),
}


def translated(language: Language | None = None) -> dict[str, str]:
    """All of them in one language, by default the request's."""
    say = gettext_in(language)
    return {key: say(text) for key, text in UI_STRINGS.items()}
