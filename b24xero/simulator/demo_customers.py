"""The customers of the demo company, Harbour & Hill Joinery, Nelson, New Zealand.

Both vendors' demo worlds are made from these lists, so that some customers are already known in Xero. An empty
``email`` is meant: the customer has none. ``tax_number`` is a New Zealand GST number (or a foreign one), or empty.
Two pairs have the same name on purpose: "Coastline Builders Ltd" and "Sarah Mitchell".
"""

# ruff: noqa: E501 -- a table is read across
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Company:
    """One company: ``city`` names a key of ``PLACES``; ``currency`` is what it is usually invoiced in."""

    name: str
    email: str
    phone: str
    street: str
    city: str
    tax_number: str = ""
    currency: str = "NZD"


@dataclass(frozen=True)
class Person:
    """One person. ``company`` is the exact name of the company that employs them; empty for a private customer."""

    first_name: str
    last_name: str
    email: str
    phone: str
    company: str = ""
    honorific: str = ""
    street: str = ""
    city: str = "Nelson"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Place:
    """What stands below the street in an address."""

    postcode: str
    region: str
    country: str


PLACES = {
    "Nelson": Place("7010", "Nelson", "New Zealand"),
    "Richmond": Place("7020", "Tasman", "New Zealand"),
    "Motueka": Place("7120", "Tasman", "New Zealand"),
    "Tākaka": Place("7110", "Tasman", "New Zealand"),
    "Blenheim": Place("7201", "Marlborough", "New Zealand"),
    "Picton": Place("7220", "Marlborough", "New Zealand"),
    "Wellington": Place("6011", "Wellington", "New Zealand"),
    "Christchurch": Place("8011", "Canterbury", "New Zealand"),
    "Kaikōura": Place("7300", "Canterbury", "New Zealand"),
    "Sydney": Place("2000", "NSW", "Australia"),
    "Melbourne": Place("3000", "VIC", "Australia"),
    "Portland": Place("97205", "OR", "United States"),
    "Seattle": Place("98101", "WA", "United States"),
}

LONG_NAME = "The Trustees of the Upper Moutere, Tasman & Lower Motueka Valleys Combined Memorial Hall and Recreation Reserve Trust"

COMPANIES = (
    Company("Te Whare Puāwai Early Learning Centre Trust", "office@puawai.example", "+64 3 548 1201", "14 Tahunanui Dr", "Nelson", "094-208-117"),
    Company("Brightwater Builders Ltd", "accounts@brightwaterbuilders.example", "+64 3 542 3310", "3 Ellis St", "Richmond", "081-553-902"),
    Company("Marlborough Boatsheds & Slipway Co-operative Society Limited", "treasurer@boatsheds.example", "+64 3 573 6120", "1 London Quay", "Picton", "066-710-448"),
    Company("Kōwhai & Stone Architects", "hello@kowhaistone.example", "+64 3 546 9077", "62 Bridge St", "Nelson", "102-884-310"),
    Company("Cascade Ridge Timber Imports LLC", "ap@cascaderidge.example", "+1 503 555 0142", "811 SW 6th Ave", "Portland", "US-931204417", "USD"),
    Company("Tasman Bay Estates Ltd", "accounts@tasmanbayestates.example", "+64 3 528 7744", "250 Moutere Hwy", "Motueka", "077-120-655"),
    Company("O’Connell & Sons Builders", "info@oconnellbuilders.example", "+64 3 547 5568", "29 Vanguard St", "Nelson", "058-331-274"),
    Company("Wakefield School Board of Trustees", "office@wakefieldschool.example", "+64 3 541 8332", "8 Edward St", "Richmond", "031-442-871"),
    Company("Pelorus Lodge (trading as Sounds Retreats NZ)", "stay@peloruslodge.example", "+64 3 574 2201", "1910 Kenepuru Rd", "Picton", "110-277-936"),
    Company("Motueka Community House", "", "+64 3 528 0550", "17 Decks Reserve", "Motueka"),
    Company("Redwood & Daughter, Inc.", "billing@redwoodanddaughter.example", "+1 206 555 0188", "1420 5th Ave", "Seattle", "US-914420087", "USD"),
    Company("Abel Tasman Kayak Base Ltd", "base@abeltasmankayak.example", "+64 3 527 8210", "1 Sandy Bay Rd", "Motueka", "089-116-420"),
    Company("Golden Bay Kindergarten Association", "admin@gbkindy.example", "+64 3 525 9112", "88 Commercial St", "Tākaka", "027-904-553"),
    Company("Ruby Coast Cidery", "cellar@rubycoast.example", "+64 3 526 6011", "74 Aporo Rd", "Motueka", "118-340-762"),
    Company("Coastline Builders Ltd", "office@coastline-nelson.example", "+64 3 548 7001", "5 Wakefield Quay", "Nelson", "095-671-208"),
    Company("Coastline Builders Ltd", "accounts@coastline-kaikoura.example", "+64 3 319 5540", "41 West End", "Kaikōura", "103-552-884"),
    Company(LONG_NAME, "secretary@moutere-hall.example", "+64 3 543 2299", "1 Main Rd", "Motueka", "019-887-340"),
    Company('Founders\' "Old Mill" Brewery', "brew@foundersoldmill.example", "+64 3 548 4638", "87 Atawhai Dr", "Nelson", "072-665-119"),
    Company("Sunny Side Café 🌻", "hello@sunnyside.example", "+64 3 539 1177", "215 Hardy St", "Nelson", "126-001-447"),
    Company("Māpua Wharf Traders Inc.", "committee@mapuawharf.example", "+64 3 540 2200", "8 Aranui Rd", "Richmond", "084-219-663"),
    Company("Ngāti Rārua Ātiawa Iwi Trust", "finance@ngatirarua.example", "+64 3 528 1046", "Pah St", "Motueka", "044-718-205"),
    Company("Whakatū Marae Komiti", "marae@whakatu.example", "+64 3 546 9097", "99 Atawhai Dr", "Nelson"),
    Company("Pōhutukawa Rest Home 2016 Limited", "manager@pohutukawarest.example", "+64 3 544 6100", "33 Oxford St", "Richmond", "099-340-118"),
    Company("D'Urville Island Charters", "skipper@durville.example", "+64 3 576 5260", "French Pass Rd", "Picton", "061-245-907"),
    Company("Smith, Jones & Ngata Solicitors", "trust@sjn.example", "+64 3 548 8349", "190 Trafalgar St", "Nelson", "036-552-190"),
    Company("A1 Scaffolding (Nelson) Ltd", "hire@a1scaffold.example", "+64 3 547 1177", "12 Merton Pl", "Nelson", "107-883-265"),
    Company("Waimea Gardens Ltd", "orders@waimeagardens.example", "+64 3 544 7750", "40 Queen St", "Richmond", "053-118-774"),
    Company("Waimea Gardens Landscaping Ltd", "", "+64 3 544 7751", "42 Queen St", "Richmond", "053-118-790"),
    Company("Stoke Veterinary Clinic", "reception@stokevets.example", "+64 3 547 9123", "543 Main Rd Stoke", "Nelson", "078-205-316"),
    Company("Awaroa Lodge Holdings LP", "accounts@awaroa.example", "+64 3 528 8758", "Awaroa Bay", "Motueka", "091-664-507"),
    Company("Hāpuku Lodge + Tree Houses", "stay@hapuku.example", "+64 3 319 6559", "Station Rd", "Kaikōura", "065-902-118"),
    Company("Cloudy Bay Barrel Works", "works@cloudybaybarrels.example", "+64 3 572 8914", "22 Jacksons Rd", "Blenheim", "083-417-650"),
    Company("Wairau Valley Wine Estate Ltd", "ap@wairauvalley.example", "+64 3 572 2771", "900 SH 63", "Blenheim", "069-331-842"),
    Company("Seddon Area School", "office@seddonschool.example", "+64 3 575 7013", "30 Redwood St", "Blenheim", "022-715-904"),
    Company("Lambton Quay Fitouts Limited", "projects@lambtonfitouts.example", "+64 4 472 1190", "154 Lambton Quay", "Wellington", "114-508-327"),
    Company("Cuba & Ghuznee Hospitality Group", "accounts@cubaghuznee.example", "+64 4 385 2230", "101 Cuba St", "Wellington", "120-664-835"),
    Company("Aro Valley Housing Co-op", "", "+64 4 384 9551", "48 Aro St", "Wellington"),
    Company("Port Hills Property Partners", "pm@porthills.example", "+64 3 379 4410", "60 Cashel St", "Christchurch", "096-127-443"),
    Company("Avonside Heritage Restoration", "studio@avonside.example", "+64 3 389 7012", "5 Avonside Dr", "Christchurch", "087-530-219"),
    Company("Bondi Shopfitters Pty Ltd", "accounts@bondishopfitters.example", "+61 2 5550 1134", "12 Bridge St", "Sydney", "ABN 51 824 753 556", "AUD"),
    Company("Yarra Fine Furniture Pty Ltd", "payables@yarrafine.example", "+61 3 5550 8870", "90 Flinders Ln", "Melbourne", "ABN 83 914 571 673", "AUD"),
    Company("Harbourside Galleries Australia", "desk@harbourside.example", "+61 2 5550 4420", "4 Hickson Rd", "Sydney", "ABN 72 601 445 108", "AUD"),
    Company("Puget Sound Wooden Boat Foundation", "office@pugetwooden.example", "+1 206 555 0117", "301 Pier 66", "Seattle", "US-910556233", "USD"),
    Company("Nelson Hospice Trust", "finance@nelsonhospice.example", "+64 3 546 3950", "331 Suffolk Rd", "Nelson", "033-640-572"),
    Company("Rabbit Island Equestrian Centre", "", "+64 3 544 0917", "90 Redwood Rd", "Richmond", "125-331-096"),
    Company("Riwaka Hotel & Bar", "publican@riwakahotel.example", "+64 3 528 7799", "5 School Rd", "Motueka", "100-448-217"),
    Company("Kaiteriteri Holiday Park", "bookings@kaiteri.example", "+64 3 527 8010", "21 Inlet Rd", "Motueka", "074-902-663"),
    Company("Lake Rotoiti Adventure Base", "ops@rotoitibase.example", "+64 3 521 1820", "2 Kerr Bay Rd", "Richmond", "119-700-358"),
    Company("Tāhunanui Surf Life Saving Club", "treasurer@tahunasurf.example", "+64 3 548 5599", "70 Beach Rd", "Nelson"),
    Company("Hope Joinery Supplies", "sales@hopejoinery.example", "+64 3 541 9920", "105 Main Rd Hope", "Richmond", "080-664-129"),
    Company("Fyfe Family Trust", "fyfe.trust@post.example", "+64 3 319 5012", "62 Avoca St", "Kaikōura"),
    Company("Mārahau Water Taxis", "taxi@marahau.example", "+64 3 527 8176", "229 Sandy Bay Rd", "Motueka", "092-315-840"),
    Company("Victory Primary School", "office@victoryschool.example", "+64 3 548 3710", "211 Vanguard St", "Nelson", "028-110-665"),
    Company("Suter Gallery Te Aratoi o Whakatū", "accounts@suter.example", "+64 3 548 4699", "208 Bridge St", "Nelson", "042-883-517"),
    Company("Bays & Beyond Boatbuilders", "yard@baysbeyond.example", "+64 3 573 7781", "Waikawa Rd", "Picton", "113-209-468"),
    Company("Omaka Aviation Heritage", "hangar@omaka.example", "+64 3 579 1305", "79 Aerodrome Rd", "Blenheim", "070-556-321"),
    Company("Verstappen & van Dijk Dairy", "farm@vvdairy.example", "+64 3 525 7120", "1120 SH 60", "Tākaka", "062-448-993"),
    Company("Mussel Inn (Ōnekaka) Ltd", "bar@musselinn.example", "+64 3 525 9241", "1259 SH 60", "Tākaka", "088-721-450"),
    Company("Trafalgar Dental <Nelson>", "reception@trafalgardental.example", "+64 3 548 2221", "140 Trafalgar St", "Nelson", "105-340-772"),
    Company("Nelson City Council – Parks & Facilities", "ap@ncc.example", "+64 3 546 0200", "110 Trafalgar St", "Nelson", "010-443-826"),
    Company("Green Gables Tiny Homes Ltd", "build@greengables.example", "+64 3 544 3812", "9 Gladstone Rd", "Richmond", "122-908-155"),
)  # fmt: skip

PEOPLE = (
    # private customers
    Person("Aroha", "Ngata-Williams", "aroha.nw@post.example", "+64 21 555 0101", "", "Ms", "18 Cleveland Tce"),
    Person("J. & P.", "van der Merwe", "vdmerwe@post.example", "+64 21 555 0102", "", "", "7 Princes Dr"),
    Person("Sarah", "Mitchell", "sarah.mitchell@post.example", "+64 21 555 0103", "", "", "31 Brougham St"),
    Person("Sarah", "Mitchell", "smitchell@mail.example", "+64 27 555 0104", "", "", "6 Cliff Rd", "Motueka"),
    Person("Wiremu", "Pōtae", "wiremu.potae@post.example", "+64 27 555 0105", "", "", "22 Nile St"),
    Person("Siobhán", "O'Rourke", "siobhan@mail.example", "+64 21 555 0106", "", "Dr", "4 Examiner St"),
    Person("Graham", "Fyfe", "", "+64 3 319 5013", "", "", "62 Avoca St", "Kaikōura"),
    Person("Li", "Wei", "li.wei@mail.example", "+64 22 555 0108", "", "", "9 Zoe Ct", "Richmond"),
    Person("Māia", "Hōhepa", "maia.hohepa@post.example", "+64 21 555 0109", "", "", "55 Tasman St"),
    Person("Bronwyn", "Evans", "bron.evans@mail.example", "+64 27 555 0110", "", "Mrs", "12 Britannia Hts"),
    Person("Ravi", "Chandrasekaran", "ravi.c@mail.example", "+64 21 555 0111", "", "", "88 Champion Rd", "Richmond"),
    Person("Hone", "Te Aika", "", "+64 27 555 0112", "", "", "3 Pah St", "Motueka"),
    Person("Ingrid", "Sørensen", "ingrid.s@mail.example", "+64 22 555 0113", "", "", "70 Abel Tasman Dr", "Tākaka"),
    Person("Peter", "Blackwood", "p.blackwood@post.example", "", "", "", "15 Hill St", "Blenheim"),
    # people at companies
    Person("Hinemoa", "Rāwiri", "hinemoa@puawai.example", "+64 21 555 0121", "Te Whare Puāwai Early Learning Centre Trust"),
    Person("Dave", "Ellis", "dave@brightwaterbuilders.example", "+64 27 555 0122", "Brightwater Builders Ltd"),
    Person("Catherine", "Kōwhai", "catherine@kowhaistone.example", "+64 21 555 0123", "Kōwhai & Stone Architects"),
    Person("Marcus", "Lindqvist", "marcus@cascaderidge.example", "+1 503 555 0143", "Cascade Ridge Timber Imports LLC"),
    Person("Fergus", "O’Connell", "fergus@oconnellbuilders.example", "+64 27 555 0125", "O’Connell & Sons Builders"),
    Person("Janet", "Price", "principal@wakefieldschool.example", "+64 3 541 8333", "Wakefield School Board of Trustees"),
    Person("Tamsin", "Reid", "", "+64 21 555 0127", "Motueka Community House"),
    Person("Alice", "Redwood", "alice@redwoodanddaughter.example", "+1 206 555 0189", "Redwood & Daughter, Inc."),
    Person("Tane", "Walker", "tane@abeltasmankayak.example", "+64 27 555 0129", "Abel Tasman Kayak Base Ltd"),
    Person("Nicola", "Bryant", "nicola@rubycoast.example", "+64 21 555 0130", "Ruby Coast Cidery"),
    Person("Moana", "Stafford", "moana@ngatirarua.example", "+64 21 555 0131", "Ngāti Rārua Ātiawa Iwi Trust"),
    Person("Steve", "Hargreaves", "steve@lambtonfitouts.example", "+64 27 555 0132", "Lambton Quay Fitouts Limited"),
    Person("Chloe", "Nguyen", "chloe@cubaghuznee.example", "+64 21 555 0133", "Cuba & Ghuznee Hospitality Group"),
    Person("Liam", "Fraser", "liam@bondishopfitters.example", "+61 400 555 134", "Bondi Shopfitters Pty Ltd"),
    Person("Olivia", "Marchetti", "olivia@yarrafine.example", "+61 400 555 135", "Yarra Fine Furniture Pty Ltd"),
    Person("Ruth", "Clarke", "ruth@nelsonhospice.example", "+64 21 555 0136", "Nelson Hospice Trust"),
    Person("Grant", "Muir", "", "+64 27 555 0137", "Green Gables Tiny Homes Ltd"),
)  # fmt: skip
