"""The sentences of problems with products and items."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.web.messages.message import CHOOSE, Words

# fmt: off
OF_PRODUCTS = {
    "product_name_missing": Words(_("Please give the product a name.")),
    "product_name_too_long": Words(
        _("The name has %(length)s characters, and Bitrix24 takes %(limit)s at most. Shorten it.")),
    "product_code_missing": Words(_("Please give the product a code: Xero knows its items by their codes.")),
    "product_code_too_long": Words(
        _("The code has %(length)s characters, and Xero takes %(limit)s at most. Shorten it.")),
    "product_description_too_long": Words(
        _("With the name, the description has %(length)s characters, and Xero takes %(limit)s at most. Shorten it.")),
    "product_price_missing": Words(_("Please give the product a price; 0 is one, too.")),
    "product_price_unreadable": Words(_("This price cannot be read. Write it like %(example)s.")),
    "product_price_two_ways": Words(
        _("“%(price)s” can mean %(thousands)s or %(decimals)s. Type the one that you mean.")),
    "product_price_negative": Words(_("A price cannot be negative.")),
    "product_price_too_large": Words(_("This price is too large. Write at most ten digits before the decimals.")),
    "product_price_too_fine": Words(_("A price has at most four decimals. Round it.")),
    "product_currency_not_base": Words(
        _("Items in Xero are in %(base)s, the organisation’s base currency. Choose %(base)s, or add the product in "
          "Bitrix24 alone.")),
    "product_currency_not_in_bitrix24": Words(
        _("Bitrix24 does not use %(currency)s. An administrator adds the currency there.")),
    "product_tax_unmapped": Words(_("“%(rate)s” has no match in Xero yet."), CHOOSE, "taxes"),
    "product_account_gone": Words(_("This account takes no sales in Xero. Choose another.")),
    "product_choice_gone": Words(_("This can no longer be chosen. Choose another.")),
    "product_code_in_bitrix24": Words(
        _("Bitrix24 has this code already: “%(name)s”. Choose another, or make the item of that product.")),
    "product_code_in_xero": Words(_("Xero has this code already: “%(name)s”. Link to it instead, or choose another.")),
    "product_code_in_both": Words(
        _("Both Bitrix24 and Xero have %(code)s already. Link the two, or choose another code.")),
    "product_without_code": Words(
        _("The product has no code in Bitrix24, and Xero knows its items by their codes. Add one there.")),
    "product_in_other_currency": Words(_("The product is priced in %(currency)s, and items in Xero are in %(base)s.")),
    "product_not_found": Words(_("Bitrix24 has no such product, or does not show it to you.")),
    "product_gone": Words(
        _("Bitrix24 has no such product: it was deleted there, or there never was one.")),
    "catalogue_missing": Words(
        _("This portal has no catalogue of products yet. An administrator opens it in Bitrix24 once.")),
    "catalogue_forbidden": Words(
        _("Your rights in Bitrix24’s catalogue do not allow this. An administrator gives them in Bitrix24: view the "
          "catalogue, add products, change sale prices.")),
    "catalogue_may_not_add": Words(
        _("Bitrix24 lets you see its catalogue but not add products to it. An administrator gives you that right in "
          "Bitrix24, under the catalogue’s access permissions.")),
    "item_not_made": Words(
        _("“%(name)s” has no item in Xero and none could be created, so its row went without one. See why under "
          "Products."), _("Open Products"), "products", "warn"),
    "item_code_taken": Words(_("Xero has an item %(code)s already. Look at the list to link it.")),
    "item_linked_elsewhere": Words(
        _("The item %(code)s in Xero stands for another product already. One item stands for one product.")),
    "item_being_made": Words(
        _("The product’s item is being created in Xero right now. Look again in a moment."), tone="warn"),
    "item_refused": Words(_("Xero refused the item without saying why. Nothing was written.")),
    "item_account_refused": Words(
        _("Account %(code)s in Xero is archived or no longer takes sales. Choose another."),
        bare=_("The sales account in Xero is archived or no longer takes sales. Choose another.")),
    "item_tax_refused": Words(
        _("Xero no longer uses this tax rate on sales."), _("Choose another in Set-up"), "taxes"),
    "item_price_differs": Words(_("Xero has %(amount)s."), tone="warn"),
    "item_name_differs": Words(_("Xero has the name “%(name)s”."), tone="warn"),
    "item_code_differs": Words(_("Xero has the code %(code)s."), tone="warn"),
}
# fmt: on
