"""The form by which staff change records."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from digiskills_integrations.confirmations.lifecycle import MAX_NOTE
from digiskills_integrations.confirmations.orders import PEOPLES_REASONS, Instruction, Order


class OrderForm(forms.Form):
    """What to do with the records, why, and a note for the file."""

    order = forms.ChoiceField(label=_("What to do"), choices=Order.choices, widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", "---------"), *((reason.value, reason.label) for reason in PEOPLES_REASONS)],
        help_text=_("Registries are told."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For your file; it is sent to nobody."),
    )

    def instruction(self, *, actor: str) -> Instruction:
        """The order of a valid form.

        Args:
            actor: who gives it.
        """
        given = self.cleaned_data
        return Instruction(order=Order(given["order"]), reason=given["reason"], actor=actor, note=given["note"])
