"""Cities that people live in and the tz database does not name, or not so: by the zone that they are in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CITIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Asia/Jakarta": (
            "Jakarta, WIB, Medan, Surabaya, Bandung, Bekasi, Tangerang, Tangerang Selatan, Depok, Bogor, Semarang, "
            "Palembang, Yogyakarta, Jogja, Jogjakarta, Surakarta, Solo, Malang, Padang, Pekanbaru, Bandar Lampung, "
            "Lampung, Batam, Tanjungpinang, Jambi, Bengkulu, Banda Aceh, Aceh, Pangkalpinang, Serang, Cilegon, "
            "Cirebon, Tasikmalaya, Sukabumi, Purwokerto, Tegal, Pekalongan, Magelang, Kediri, Madiun, Jember, "
            "Banyuwangi, Sidoarjo, Gresik, Bukittinggi, Pematangsiantar, Dumai, Palangka Raya, Jawa, Java, Sumatra, "
            "Sumatera"
        ),
        "Asia/Pontianak": "Pontianak, Singkawang",
        "Asia/Makassar": (
            "Makassar, WITA, Ujung Pandang, Denpasar, Bali, Ubud, Singaraja, Mataram, Lombok, Kupang, Labuan Bajo, "
            "Ende, Banjarmasin, Banjarbaru, Balikpapan, Samarinda, Bontang, Tarakan, Nusantara, IKN, Manado, Bitung, "
            "Gorontalo, Palu, Kendari, Mamuju, Parepare, Palopo, Sulawesi"
        ),
        "Asia/Jayapura": (
            "Jayapura, WIT, Ambon, Ternate, Tidore, Sofifi, Manokwari, Sorong, Merauke, Timika, Nabire, Wamena, Biak, "
            "Fakfak, Papua, Maluku"
        ),
        "Asia/Singapore": "Singapore, Singapura",
        "Asia/Kuala_Lumpur": "Kuala Lumpur, Johor Bahru, Penang, George Town, Malaysia",
        "Asia/Kuching": "Kuching, Kota Kinabalu",
        "Asia/Brunei": "Bandar Seri Begawan",
        "Asia/Manila": "Manila, Filipina, Philippines, Cebu, Davao",
        "Asia/Bangkok": "Bangkok, Thailand, Chiang Mai",
        "Asia/Ho_Chi_Minh": "Ho Chi Minh, Saigon, Hanoi, Vietnam",
        "Asia/Phnom_Penh": "Phnom Penh, Kamboja, Cambodia",
        "Asia/Riyadh": (
            "Riyadh, Riyad, Mecca, Mekkah, Makkah, Medina, Madinah, Jeddah, Jedah, Dammam, Arab Saudi, Saudi Arabia"
        ),
        "Asia/Dubai": "Dubai, Abu Dhabi, Sharjah",
        "Asia/Qatar": "Doha",
        "Asia/Jerusalem": "Yerusalem, Tel Aviv, Haifa",
        "Africa/Cairo": "Kairo, Mesir, Egypt, Alexandria, Iskandariyah",
        "Asia/Damascus": "Damaskus",
        "Asia/Baghdad": "Bagdad",
        "Asia/Tehran": "Teheran",
        "Europe/Istanbul": "Ankara, Izmir",
        "Asia/Tokyo": "Tokyo, Osaka, Kyoto, Nagoya, Sapporo, Fukuoka, Hiroshima, Yokohama, Jepang, Japan",
        "Asia/Seoul": "Seoul, Seul, Busan, Incheon, Korea, Korea Selatan, South Korea",
        "Asia/Pyongyang": "Pyongyang, Korea Utara, North Korea",
        "Asia/Shanghai": (
            "Beijing, Peking, Guangzhou, Shenzhen, Chengdu, Wuhan, Tianjin, Nanjing, Hangzhou, China, Tiongkok, Cina"
        ),
        "Asia/Hong_Kong": "Hongkong",
        "Asia/Taipei": "Taipei, Taiwan, Kaohsiung, Taichung",
        "Asia/Kolkata": "New Delhi, Delhi, Mumbai, Bombay, Bangalore, Bengaluru, Chennai, Hyderabad, India",
        "Asia/Karachi": "Islamabad, Lahore, Pakistan",
        "Asia/Dhaka": "Bangladesh, Chittagong",
        "Asia/Colombo": "Kolombo, Sri Lanka",
        "Asia/Dili": "Timor Leste, East Timor",
        "Europe/Amsterdam": (
            "Amsterdam, The Hague, Den Haag, Rotterdam, Utrecht, Eindhoven, Groningen, Leiden, Delft, Wageningen, "
            "Belanda, Netherlands"
        ),
        "Europe/Brussels": "Brussels, Brussel, Antwerp, Antwerpen, Belgia, Belgium",
        "Europe/Berlin": (
            "Munich, München, Muenchen, Hamburg, Frankfurt, Cologne, Köln, Koeln, Stuttgart, Dresden, Leipzig, Bonn, "
            "Jerman, Germany"
        ),
        "Europe/London": "London, Manchester, Birmingham, Edinburgh, Glasgow, Liverpool, Leeds, Oxford, Cambridge, "
        "Inggris, England, United Kingdom",
        "Europe/Paris": "Lyon, Marseille, Toulouse, Nice, Strasbourg, Prancis, France",
        "Europe/Vienna": "Wina, Wien",
        "Europe/Zurich": "Jenewa, Geneva, Bern, Basel, Lausanne, Swiss, Switzerland",
        "Europe/Rome": "Roma, Milan, Milano, Napoli, Italia, Italy",
        "Europe/Madrid": "Barcelona, Valencia, Sevilla, Spanyol, Spain",
        "Europe/Lisbon": "Lisboa, Porto",
        "Europe/Athens": "Athena, Yunani, Greece",
        "Europe/Moscow": "Moskow, Moskwa, Saint Petersburg, St Petersburg",
        "Europe/Kyiv": "Kiev",
        "Europe/Warsaw": "Warsawa, Krakow",
        "Europe/Prague": "Praha",
        "Europe/Copenhagen": "Kopenhagen",
        "Europe/Stockholm": "Gothenburg, Malmö",
        "America/New_York": (
            "Washington, Washington DC, Boston, Philadelphia, Atlanta, Miami, Baltimore, Pittsburgh, Charlotte, Orlando"
        ),
        "America/Chicago": "Houston, Dallas, Austin, San Antonio, Minneapolis, New Orleans, St Louis",
        "America/Denver": "Salt Lake City, Albuquerque",
        "America/Los_Angeles": "San Francisco, San Diego, San Jose, Seattle, Portland, Las Vegas, Sacramento",
        "America/Costa_Rica": "San Jose",
        "America/Puerto_Rico": "San Juan",
        "Pacific/Honolulu": "Hawaii",
        "America/Toronto": "Montreal, Ottawa, Quebec",
        "America/Edmonton": "Calgary",
        "America/Sao_Paulo": "Rio de Janeiro, Brasilia",
        "Australia/Sydney": "Canberra, Wollongong, Newcastle",
        "Australia/Brisbane": "Gold Coast, Cairns",
        "Pacific/Auckland": "Wellington, Christchurch",
        "Africa/Lagos": "Abuja",
        "Africa/Johannesburg": "Cape Town, Pretoria, Durban",
        "UTC": "UTC, GMT",
    }
)
"""Names divided by commas; a name that several cities bear stands under the zone of each."""
