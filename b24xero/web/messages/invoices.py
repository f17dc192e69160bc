"""The sentences of problems with an invoice: its stage, customer and content, what closes it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.web.messages.message import CHANGE, CHOOSE, IN_BITRIX24, IN_XERO, Words

# fmt: off
STAGES = {
    "stage_not_sent": Words(
        _("Invoices in stage “%(stage)s” are not sent to Xero. Move it on in Bitrix24, or send this stage too."),
        CHANGE, "stages", ""),
    "stage_unmapped": Words(
        _("Stage “%(stage)s” has no Xero status yet, so this invoice is not written."), CHOOSE, "stages"),
    "stage_gone": Words(
        _("The invoice stands in a stage that is gone from Bitrix24 (%(stage)s), so it is not known whether it is "
          "sent. Move it to another stage there."), IN_BITRIX24, "bitrix24"),
    "nothing_to_void": Words(
        _("Stage “%(stage)s” means Voided, and this invoice is not in Xero, so there is nothing to void."),
        CHANGE, "stages", ""),
    "stays_submitted": Words(
        _("Stage “%(stage)s” means Draft, but an invoice that awaits approval stays so in Xero."), tone="warn"),
    "stays_authorised": Words(
        _("The invoice stays approved in Xero: stage “%(stage)s” asks for an earlier status, and Xero does not take it "
          "back."), tone="warn"),
    "cannot_void_paid": Words(
        _("The invoice has payments or credits in Xero, so it cannot be voided. Remove them in Xero first, then press "
          "again."),
        IN_XERO, "xero"),
    "cannot_void_credited": Words(
        _("The invoice cannot be voided in Xero while something is allocated to it (%(by)s). Remove that from it in "
          "Xero first, then press again."), IN_XERO, "xero"),
}

CUSTOMERS = {
    "no_customer": Words(
        _("The invoice has no customer, and Xero needs one. Choose a company or a contact in it."),
        IN_BITRIX24, "bitrix24"),
    "customer_hidden": Words(
        _("Bitrix24 does not show you the customer of this invoice. Ask for the right to read it, or let a colleague "
          "who has it press the button.")),
    "customer_gone": Words(
        _("The customer of this invoice was deleted in Bitrix24, and Xero needs one. Choose another company or contact "
          "in it."), IN_BITRIX24, "bitrix24"),
    "address_hidden": Words(
        _("Bitrix24 does not show you the address of “%(name)s”: it asks for the right to read leads as well. The "
          "contact in Xero is without one until a colleague who has the right presses."), tone="warn"),
    "recurring_template": Words(
        _("This is the template of a recurring invoice, not an invoice. What Bitrix24 makes of it can be sent.")),
    "customer_without_name": Words(
        _("The customer has no name, and Xero needs one. Give it a name in Bitrix24."), IN_BITRIX24, "bitrix24"),
    "name_too_long": Words(
        _("The customer’s name has %(length)s characters, and Xero takes %(limit)s at most. Shorten it in Bitrix24."),
        IN_BITRIX24, "bitrix24"),
    "contact_archived": Words(
        _("The contact “%(name)s” is archived in Xero, so nothing can be written to it. Restore it in Xero, then press "
          "again."),
        bare=_("The customer’s contact is archived in Xero, so nothing can be written to it. Restore it in Xero, then "
               "press again.")),
    "contact_name_taken": Words(
        _("Xero already has a contact named “%(name)s” that is not this customer. Give one of them another name, then "
          "press again."), IN_BITRIX24, "bitrix24",
        bare=_("Xero already has another contact with this customer’s name. Give one of them another name, then press "
               "again.")),
    "customer_changed": Words(
        _("“%(name)s” changed in Bitrix24 since its contact in Xero was written. The contact stays as it is until "
          "somebody chooses in the preview what happens to it."), _("Open the preview"), "preview", "warn"),
    "customer_edited_by_hand": Words(
        _("“%(name)s” changed in Bitrix24, and somebody changed the same in its contact in Xero, so that was not "
          "overwritten. Look at the preview and choose which of the two is right."),
        _("Open the preview"), "preview", "warn"),
    "customer_updated": Words(_("The contact “%(name)s” in Xero was updated with what changed in Bitrix24."),
        tone="good"),
    "customer_name_taken": Words(
        _("The contact in Xero was not updated: another contact there is named “%(name)s” already. Give one of the two "
          "another name, or merge them in Xero, then press again."), IN_BITRIX24, "bitrix24", "warn"),
    "customer_unclear": Words(
        _("Xero did not say whether the contact “%(name)s” was updated. The next press looks."), tone="warn"),
    "customer_not_updated": Words(
        _("The contact “%(name)s” in Xero could not be updated this time. The next press tries again."), tone="warn"),
    "contact_number_taken": Words(
        _("Another contact in Xero carries this customer’s contact number. Clear the number there, then press again.")),
    "contact_unsure": Words(
        _("It is not sure which contact in Xero is “%(name)s”. Choose the right one; it is remembered."), tone="warn"),
    "contact_gone": Words(
        _("The contact that “%(name)s” had in Xero is no longer there. Press again to look for another."),
        bare=_("The customer’s contact is no longer in Xero. Press again to look for another.")),
    "email_invalid": Words(
        _("Xero does not accept the e-mail address “%(email)s”. Correct it in Bitrix24, then press again."),
        IN_BITRIX24, "bitrix24",
        bare=_("Xero does not accept the customer’s e-mail address. Correct it in Bitrix24, then press again.")),
}

RIGHTS = {
    "may_not_change": Words(
        _("You may not change this invoice in Bitrix24, so you do not write it to Xero either. Ask for the right to "
          "change it in Bitrix24, or let a colleague who has it press the button."), IN_BITRIX24, "bitrix24"),
    "right_not_said": Words(
        _("Bitrix24 did not say whether you may change this invoice, so it is not written to Xero. Try again; if it "
          "stays so, an administrator can let everybody write what they see, in Set-up.")),
}

CONTENT = {
    "no_rows": Words(
        _("The invoice has no product rows, so there is nothing to write. Add them in Bitrix24."),
        IN_BITRIX24, "bitrix24"),
    "document_tax": Words(
        _("Bitrix24 taxes this invoice as a whole, by the place of the customer, and does not tell which taxes it "
          "took. So no line can be written with its tax: create the invoice in Xero by hand.")),
    "old_invoice_currency": Words(
        _("The invoice is in %(currency)s, and Bitrix24 would label it %(own)s without converting anything, because it "
          "saves an old invoice as a whole. So its status was not changed. Set the status in Bitrix24 by hand: the "
          "next update from Xero finds it there."),
        IN_BITRIX24, "bitrix24"),
    "old_invoice_currency_unsure": Words(
        _("The invoice is in %(currency)s, as the old invoice that was saved last, but %(own)s may be what Bitrix24 "
          "gives old invoices now: it does not tell, and a save would label the invoice anew without converting "
          "anything. So its status was not changed. Set the status in Bitrix24 by hand: the next update from Xero "
          "finds it there. If Bitrix24 makes old invoices in %(currency)s, whoever runs this server says so once: "
          "BITRIX24_OLD_INVOICE_CURRENCY=%(currency)s."),
        IN_BITRIX24, "bitrix24"),
    "old_statuses_unsound": Words(
        _("In the order of the statuses of old invoices, Paid (P) has to stand before Declined (D), beside a third "
          "one. As it is, Bitrix24 does not change any status. Put the order right in the CRM’s settings."),
        IN_BITRIX24, "bitrix24"),
    "currency_missing": Words(
        _("%(organisation)s does not use %(currency)s. Add the currency in Xero (Settings, Currencies), or change it "
          "in Bitrix24."), IN_BITRIX24, "bitrix24",
        bare=_("The organisation does not use %(currency)s. Add the currency in Xero (Settings, Currencies), or change "
               "it in Bitrix24.")),
    "tax_rate_unmapped": Words(
        _("Tax rate “%(rate)s” has no match in Xero, so the invoice cannot be written (lines with it: %(lines)s)."),
        CHOOSE, "taxes"),
    "tax_rate_mismatch": Words(
        _("Tax rate %(rate)s is matched with “%(tax)s” in Xero, which is %(percent)s %%, so the tax would be wrong."),
        CHANGE, "taxes"),
    "tax_rate_dead": Words(
        _("Xero no longer uses the tax rate “%(rate)s” on sales, so the invoice cannot be written."),
        _("Choose another in Set-up"), "taxes",
        bare=_("Xero does not accept the tax rate of a line, so the invoice cannot be written.")),
    "account_dead": Words(
        _("Account %(code)s in Xero is archived or no longer takes sales, so the invoice cannot be written."),
        _("Choose another in Set-up"), "accounts",
        bare=_("The sales account in Xero is archived or no longer takes sales, so the invoice cannot be written.")),
    "rule_account_gone": Words(
        _("A rule puts a line of this invoice on account %(code)s, which is archived in Xero or no longer takes sales, "
          "so the invoice is not written."), _("Change the rule in Set-up"), "rules"),
    "rule_theme_gone": Words(
        _("A rule gives this invoice the branding theme “%(name)s”, which is no longer in Xero, so it is not written."),
        _("Change the rule in Set-up"), "rules"),
    "rule_option_gone": Words(
        _("A rule puts this invoice on “%(name)s” of “%(category)s”, which is archived or gone in Xero, so it is not "
          "written. Restore it in Xero, or change the rule."), _("Change the rule in Set-up"), "rules"),
    "rule_department_unknown": Words(
        _("A rule goes by the department of whoever is responsible, and Bitrix24 does not tell it, so the invoice is "
          "not written. Try again, or change the rule."), _("Change the rule in Set-up"), "rules"),
    "rule_section_unknown": Words(
        _("A rule goes by the section of a product, and Bitrix24 does not let you see the catalogue, so the invoice is "
          "not written. Ask for the right to it, or let a colleague who has it press."),
        _("Change the rule in Set-up"), "rules"),
    "rule_list_unknown": Words(
        _("A rule goes by the field “%(field)s”, which Bitrix24 does not show in this invoice any more, so it is not "
          "written."), _("Change the rule in Set-up"), "rules"),
    "dimension_dropped": Words(
        _("Written, but Xero left out “%(name)s” without saying why. Look at the invoice in Xero and set it there."),
        IN_XERO, "xero", "warn"),
    "account_missing": Words(
        _("No sales account is chosen, so no line can be written."), CHOOSE, "accounts"),
    "date_locked": Words(
        _("The invoice is dated %(date)s, and the books in Xero are locked up to %(until)s. Change the date in "
          "Bitrix24, or ask whoever keeps the books to move the lock date."), IN_BITRIX24, "bitrix24",
        bare=_("The books in Xero are locked for the date of this invoice. Change the date in Bitrix24, or ask whoever "
               "keeps the books to move the lock date.")),
    "date_locked_in_xero": Words(
        _("%(number)s is dated %(date)s in Xero, and the books there are locked up to %(until)s, so it can no longer "
          "be changed. Ask whoever keeps the books to move the lock date."), IN_XERO, "xero"),
    "total_negative": Words(
        _("The total is below zero (%(amount)s), and Xero takes no such invoice. Write a credit note in Xero, or "
          "correct the rows in Bitrix24."), IN_BITRIX24, "bitrix24",
        bare=_("The total is below zero, and Xero takes no such invoice. Write a credit note in Xero, or correct the "
               "rows in Bitrix24.")),
    "item_gone": Words(
        _("“%(product)s” stands for the item %(code)s, which is no longer in Xero. Press “Look again” at the product "
          "under Products: it is linked with its item, or the item is created again."), _("Open Products"), "products",
        bare=_("A product of this invoice stands for the item %(code)s, which is no longer in Xero. Press “Look again” "
               "at the product under Products: it is linked with its item, or the item is created again.")),
    "total_differs": Words(
        _("Bitrix24 has %(bitrix24)s, Xero would make %(xero)s, so it is not written. Correct the rows in Bitrix24."),
        IN_BITRIX24, "bitrix24", "warn"),
    "total_beyond_tolerance": Words(
        _("Bitrix24 has %(bitrix24)s, Xero would make %(xero)s: rounding leaves more than the %(amount)s that Set-up "
          "lets settle, so it is not written."), CHANGE, "accounts", "warn"),
    "number_stays": Words(
        _("Its number is %(own)s in Bitrix24 and stays %(number)s in Xero, where b24xero changes no number. Change one "
          "of the two by hand if they are to be the same."), IN_XERO, "xero", "warn"),
    "tax_differs": Words(
        _("Xero rounds the tax in another way: tax %(xero)s, Bitrix24 %(bitrix24)s."), tone="warn"),
    "reckoned_anew": Words(
        _("Nothing in this invoice was changed, but Bitrix24 rounds it in another way by now: %(bitrix24)s there, "
          "%(xero)s in Xero, as it was written."), tone="warn"),
    "delivery_written": Words(
        _("The total in Bitrix24 has %(amount)s of paid delivery in it, for which there is no row. In Xero it is a "
          "line of its own, without tax."), tone="warn"),
    "delivery_unmapped": Words(
        _("The total in Bitrix24 has %(amount)s of paid delivery in it, for which there is no row. It would be a line "
          "without tax, and “No VAT” has no match in Xero, so the invoice cannot be written."), CHOOSE, "taxes"),
    "total_differs_choose": Words(
        _("Bitrix24 has %(bitrix24)s, Xero would make %(xero)s: tax is rounded in another way there. Choose in the "
          "preview what to do with the difference."), _("Open the preview"), "preview", "warn"),
    "rounding_account_missing": Words(
        _("Cents that tax rounding leaves go to the rounding account, and Xero has none in use, so the invoice is not "
          "written. Choose another way."), CHANGE, "accounts"),
    "written_but_differs": Words(
        _("Written, but the totals differ: Bitrix24 has %(bitrix24)s, Xero has %(xero)s. Please compare the two."),
        IN_XERO, "xero", "warn"),
    "number_missing": Words(
        _("The invoice has no number. Give it one in Bitrix24, or let Xero number the invoices in Set-up."),
        IN_BITRIX24, "bitrix24"),
    "number_too_long": Words(
        _("The invoice’s number has %(length)s characters, and Xero takes %(limit)s at most. Shorten it in Bitrix24."),
        IN_BITRIX24, "bitrix24"),
    "number_taken": Words(
        _("Number %(number)s already belongs to another invoice in Xero. Change one of the two numbers, then press "
          "again."), IN_BITRIX24, "bitrix24"),
}

NOT_EDITABLE = {
    "edited_by_hand": Words(
        _("Somebody changed %(number)s in Xero since it was last written from here, so nothing was overwritten. Look "
          "at the preview and choose what to keep."), _("Open the preview"), "preview", "warn"),
    "kept_by_hand": Words(
        _("Somebody changed this invoice in Xero since; Bitrix24 has not changed, so that was left as it is."),
        _("Open the preview"), "preview", "warn"),
    "found_differs": Words(
        _("%(number)s was in Xero already and says something else than Bitrix24, so nothing was overwritten. Look at "
          "the preview and choose which of the two is right."), _("Open the preview"), "preview", "warn"),
    "edit_of_lines_not_kept": Words(
        _("Lines of %(number)s were added, removed or edited by hand in Xero in a way that cannot be kept beside "
          "Bitrix24’s lines. Overwrite them, or leave the invoice as it is."), _("Open the preview"), "preview",
        "warn"),
    "edit_of_total_not_kept": Words(
        _("What was edited by hand in %(number)s makes another total than Bitrix24’s, so it cannot be kept when "
          "Bitrix24’s changes are written. Overwrite it, or leave the invoice as it is."),
        _("Open the preview"), "preview", "warn"),
    "found_for_another": Words(
        _("%(number)s from this Bitrix24 invoice is in Xero already, for another contact (%(name)s), so it is left "
          "alone. Put the contact right in one of the two, then press again."), IN_BITRIX24, "bitrix24",
        bare=_("This invoice is in Xero already, for another contact, so it is left alone. Put the contact right in "
               "one of the two, then press again.")),
    "paid_not_editable": Words(
        _("Invoice %(number)s is paid in Xero, so it can no longer be changed. Remove the payment there first, or "
          "write a credit note."), IN_XERO, "xero"),
    "part_paid_not_editable": Words(
        _("Invoice %(number)s is part paid in Xero, so it can no longer be changed. Remove the payment there first, or "
          "write a credit note."), IN_XERO, "xero"),
    "credited_not_editable": Words(
        _("Invoice %(number)s is settled in Xero (%(by)s), so it can no longer be changed. Remove that from the "
          "invoice there first."), IN_XERO, "xero"),
    "part_credited_not_editable": Words(
        _("Invoice %(number)s is settled in part in Xero (%(by)s), so it can no longer be changed. Remove that from "
          "the invoice there first."), IN_XERO, "xero"),
    "voided_not_editable": Words(
        _("Invoice %(number)s is voided in Xero, and a voided invoice does not come back. Make a new invoice in "
          "Bitrix24."), IN_XERO, "xero"),
    "deleted_may_come_again": Words(
        _("Invoice %(number)s was deleted in Xero. It can be created again from the preview: as %(own)s if Xero frees "
          "that number, else as %(other)s."), _("Open the preview"), "preview", "warn"),
    "deleted_may_come_again_numbered": Words(
        _("Invoice %(number)s was deleted in Xero. It can be created again from the preview, under Xero’s next "
          "number."), _("Open the preview"), "preview", "warn"),
    "not_editable": Words(
        _("Xero no longer lets invoice %(number)s be changed. Look at it in Xero, or write a credit note."),
        IN_XERO, "xero"),
    "gone_in_xero": Words(
        _("Invoice %(number)s is no longer in Xero. Ask who removed it; b24xero does not create it a second time."),
        bare=_("Xero no longer has what was written there. Ask who removed it; b24xero does not create it a second "
               "time.")),
}
# fmt: on

OF_INVOICES = STAGES | CUSTOMERS | RIGHTS | CONTENT | NOT_EDITABLE
