"""Addresses that nobody but their owner may see, and addresses that everybody may."""

from __future__ import annotations

import time

import pytest

from bot.text.masked_urls import has_secrets, masked_text, masked_url, masked_words, url_secrets
from tests.speed import slowness

HEX32, HEX40 = "9f86d081884c7d659a2feaa0c55ad015", "da39a3ee5e6b4b0d3255bfef95601890afd80709"
UUID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
BASE62, BASE64 = "q7RtX2mLp9Zk4VbN8sHd", "vN-4x_Q9kZ2-mB7sLpXw_t3R"

PRIVATE = {
    "GitHub": "https://github.com/alice.private.atom?token=AAABCDEF2ZLQ5Q6X7NQ2UJ3K5OZ6S",
    "GitLab": "https://gitlab.com/dashboard/projects.atom?feed_token=glft-ab12cd34ef56gh78ij90",
    "GitLab, old": "https://gitlab.example/group/project/-/issues.atom?rss_token=xK3bV9qPzLm2sTnR7wYd",
    "GitLab, older": "https://gitlab.example/dashboard.atom?private_token=9koXpg98eAheJpvBs5tK",
    "Bitbucket": f"https://bitbucket.org/alice/rss/feed?token={HEX32}",
    "Gitea": f"https://gitea.example/alice.rss?token={HEX40}",
    "Redmine": f"https://redmine.example/projects/x/activity.atom?key={HEX40}",
    "Jira": "https://jira.example/sr/jira.xml?jqlQuery=project%3DX&os_username=alice&os_password=hunter2",
    "Jira, by login": "https://alice:hunter2@jira.example/activity?maxResults=10&os_authType=basic",
    "Reddit": f"https://www.reddit.com/.rss?feed={HEX40}&user=alice",
    "Patreon": f"https://www.patreon.com/rss/creator?auth={BASE62}&show=875",
    "Substack": f"https://api.substack.com/feed/podcast/12345/private/{UUID}.rss",
    "Supercast": f"https://show.supercast.tech/feeds/{BASE62}",
    "Supporting Cast": f"https://show.supportingcast.fm/content/{BASE64}.rss",
    "Memberful": f"https://show.memberful.com/rss/1234?auth={BASE62}",
    "Glow": f"https://rss.glow.fm/v1/{UUID}",
    "Acast+": f"https://feeds.acast.com/private/shows/{UUID}?key={BASE62}",
    "RedCircle": f"https://feeds.redcircle.com/{UUID}",
    "Castopod": "https://pod.example/@show/feed.xml?token=d8f2a1b6",
    "Ars Technica": f"https://arstechnica.com/feed/?t={HEX40}",
    "LWN": "https://lwn.net/headlines/full_text?key=a1b2c3d4e5f60718",
    "FreshRSS": "https://rss.example/i/?a=rss&user=alice&token=swordfish&hours=168",
    "FreshRSS, query": f"https://rss.example/api/query.php?user=alice&t={BASE62}&f=rss",
    "Tiny Tiny RSS": f"https://tt.example/public.php?op=rss&id=-2&key={HEX40[:13]}x9",
    "Miniflux, shared": f"https://miniflux.example/share/{HEX40}",
    "wallabag": "https://wallabag.example/feed/alice/Kx8bWq3TzR1vLm/unread",
    "Pinboard": "https://feeds.pinboard.in/rss/secret:0a1b2c3d4e5f60718293/u:alice/",
    "Feedbin": "https://feedbin.com/starred/f2cc5e0a3b7d4e91.xml",
    "NewsBlur": "https://www.newsblur.com/reader/folder_rss/4711/a8f3c27d90be/unread/river",
    "Inoreader": "https://www.inoreader.com/stream/user/1005869216/tag/x?auth_key=3n7kQ9",
    "Instapaper": "https://www.instapaper.com/rss/1234567/mBq8ZxWv3TkLr2NdYpHs5JcA",
    "Google Alerts": "https://www.google.com/alerts/feeds/01234567890123456789/17645678901234567890",
    "Google Calendar": f"https://calendar.google.com/calendar/ical/a%40group.calendar.google.com/private-{HEX32}/basic.ics",
    "Outlook": f"https://outlook.office365.com/owa/calendar/{HEX32}@example.com/{HEX40}/calendar.ics",
    "iCloud": "https://p01-caldav.icloud.com/published/2/MTIzNDU2Nzg5MDEyMzQ1NnQ7X9kLmN",
    "Todoist": "https://ext.todoist.com/export/ical/todoist?user_id=42&ical_token=b7c9d1e3f5",
    "Trello": f"https://trello.com/calendar/{HEX32[:24]}/{HEX40[:24]}/{HEX32}.ics",
    "Discourse": f"https://forum.example/latest.rss?api_key={HEX40}{HEX32[:24]}&api_username=alice",
    "Mozilla Add-ons": f"https://addons.mozilla.org/en-US/developers/feed?privaterss={HEX32}",
    "Kill the Newsletter": "https://kill-the-newsletter.com/feeds/k2xw9qmz7vbt4prd8nhj.xml",
    "changedetection.io": f"https://watch.example/rss?token={HEX32}&label=",
    "Sonarr": f"https://sonarr.example/feed/v3/calendar/Sonarr.ics?apikey={HEX32}",
    "Jackett": "https://jackett.example/api/v2.0/indexers/x/results/torznab/?apikey=o1r2m3p4&t=search",
    "A tracker": f"https://tracker.example/rss.php?feed=dl&passkey={HEX32}",
    "Plex": f"https://rss.plex.tv/{UUID}",
    "RSSHub": f"https://rsshub.example/github/issue/x/y?code={HEX32}&key=ILoveRSSHub",
    "RSS-Bridge": "https://bridge.example/?action=display&bridge=X&format=Atom&token=hunter2hunter2",
    "UptimeRobot": f"https://rss.uptimerobot.com/u12345-{HEX32}",
    "Huginn": "https://huginn.example/users/1/web_requests/42/s3cretf33dpassw0rd.xml",
    "S3": "https://b.s3.amazonaws.com/f.xml?X-Amz-Credential=AKIA%2F20260101&X-Amz-Signature=" + HEX40,
    "Azure": "https://x.blob.core.windows.net/f/rss.xml?sv=2022-11-02&sp=r&sig=Zm9vYmFyYmF6%2Bqux%3D",
    "Dropbox": "https://www.dropbox.com/scl/fi/x/feed.xml?rlkey=7h3k9d2m4n6p8q1r&dl=1",
    "Nextcloud": "https://cloud.example/remote.php/dav/public-calendars/Kx8bWq3TzR1vLm5J?export",
    "A login": "https://alice:hunter2@news.example/rss",
    "A slash in the password": "https://alice:hunter2/x@news.example:8080/rss",
    "A question in the password": "https://alice:hunter2?x#y@news.example/rss",
    "A name alone": "https://hunter2@news.example/rss",
    "Escaped login": "https://alice%40example.com:p%2Fw@news.example/rss",
    "A session": f"https://news.example/rss;jsessionid={HEX32}?lang=id",
    "PHP session": f"https://news.example/rss.php?PHPSESSID={HEX32}",
    "A fragment": f"https://news.example/rss#access_token={BASE62}",
    "camelCase": "https://news.example/rss?userToken=swordfish",
    "Upper case": "https://news.example/rss?APIKEY=swordfish",
    "Escaped name": "https://news.example/rss?api%5Fkey=swordfish",
    "In an array": "https://news.example/rss?auth[token]=swordfish",
    "A name nobody knows": f"https://news.example/rss?x={BASE62}",
    "No name at all": f"https://news.example/rss?{HEX32}",
    "Semicolons": "https://news.example/rss?a=1;token=swordfish",
    "Through a proxy of feeds": "https://full.example/makefulltextfeed.php?url=https%3A%2F%2Fa%3Ab%40news.example%2Frss",
    "A key of a key": f"https://full.example/?url=https%3A%2F%2Fnews.example%2Frss%3Ftoken%3D{BASE62}",
    "In the path": "https://morss.example/https://alice:hunter2@news.example/rss",
    "After its name": "https://news.example/feed/token/8a7b6c5d/rss",
    "JWT": "https://news.example/rss?j=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "feed:": f"feed://news.example/rss?token={HEX32}",
}  # fmt: skip

ORDINARY = (
    "https://rss.tempo.co/nasional",
    "https://www.antaranews.com/rss/terkini.xml",
    "https://example.com/feed?format=xml&lang=en",
    "https://example.com/?feed=rss2&p=123",
    "https://example.com/?feed=comments-rss2&cat=12&tag=gempa-bumi",
    "https://example.com/rss?user=alice&page=2",
    "https://example.com/rss?keyword=politik&hashtag=pemilu",
    "https://example.com/search/rss?q=kunci+rumah",
    "https://example.com/2025/06/18/5-kebiasaan-kerja-seperti-ini-diam-diam-ternyata-tanda-depresi",
    "https://example.com/read/20250618123045/117/korban-gempa-cianjur-bertambah",
    "https://news.detik.com/berita/d-7971234/gempa-m-5-1-guncang-cianjur",
    "https://example.com/private/messages/rss",
    "https://example.com/key/issues.xml",
    "https://example.com/auth/login.rss",
    "https://example.com/tokenization-explained/feed/",
    "https://www.youtube.com/feeds/videos.xml?channel_id=UCBR8-60-B28hp2BmDPdntcQ",
    "https://www.youtube.com/feeds/videos.xml?playlist_id=PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf",
    "https://news.google.com/rss/topics/CAAqJggKIiBDQkFTRWdvSUwyMHZNRGRqTVhZU0FtVnVHZ0pWVXlnQVAB?hl=en-US",
    "https://feeds.megaphone.fm/VMP5705694065",
    "https://feeds.simplecast.com/54nAGcIl",
    "https://feeds.npr.org/510289/podcast.xml",
    "https://www.reddit.com/r/selfhosted/top/.rss?t=week",
    "https://mastodon.social/@Mastodon.rss",
    "https://mastodon.social:8443/@Mastodon.rss?to=a@b.id",
    "https://[::1]:8080/@a.rss",
    "https://medium.com/invironment/eight-reasons-you-shouldnt-grow-your-own-food-77cbb94ffe0b",
    "https://arxiv.org/abs/2401.01234v2",
    "https://github.com/python/cpython/releases.atom",
    "https://www.bmkg.go.id/alerts/nowcast/id/CBT20250618001_alert.xml",
    "https://xn--80ak6aa92e.com/rss",
    "http://feeds.bbci.co.uk/news/business/rss.xml?edition=int",
    "https://www.theregister.com/headlines.atom",
    "https://www.thestar.com/content/thestar/feed.RSSManagerServlet.articles.topstories.rss",
    "https://www.sueddeutsche.de/verkehrsinfrastrukturfinanzierungsgesellschaft/rss",
    "https://jira.example/activity?maxResults=10&os_authType=basic",
    "https://example.com/rss?token=&key=1",
    "file:///home/kabar/feeds/9f86d081884c7d659a2feaa0c55ad015.xml",
    "mailto:a@b.id",
    "example.com",
    "",
)  # fmt: skip


@pytest.mark.parametrize("service", list(PRIVATE))
def test_addresses_of_private_feeds_are_masked(service: str) -> None:
    address = PRIVATE[service]
    masked = masked_url(address)
    assert has_secrets(address)
    assert "…" in masked
    for secret in url_secrets(address):
        assert secret not in masked.replace("user=alice", "")
    for key in ("hunter2", "swordfish", HEX32, HEX40, UUID, BASE62, BASE64):
        assert key not in masked


@pytest.mark.parametrize("address", ORDINARY)
def test_ordinary_addresses_stay_readable(address: str) -> None:
    assert masked_url(address) == address
    assert url_secrets(address) == ()


def test_what_is_left_still_says_which_feed_it_is() -> None:
    assert masked_url("https://example.com/feed?apikey=0123abcd&lang=id") == "https://example.com/feed?apikey=…&lang=id"
    assert masked_url("https://a:b@example.com:8443/feed") == "https://…@example.com:8443/feed"
    assert masked_url(PRIVATE["Pinboard"]) == "https://feeds.pinboard.in/rss/secret:…/u:alice/"
    assert masked_url(PRIVATE["Substack"]) == "https://api.substack.com/feed/podcast/12345/private/….rss"
    assert masked_url(PRIVATE["Google Calendar"]).endswith("/private-…/basic.ics")
    assert masked_url(PRIVATE["Reddit"]) == "https://www.reddit.com/.rss?feed=…&user=…"


def test_what_was_masked_once_stays_as_it_is() -> None:
    for address in PRIVATE.values():
        masked = masked_url(address)
        assert masked_url(masked) == masked


def test_addresses_in_a_text_are_masked_where_they_stand() -> None:
    text = (
        f'cannot read "https://a:b@x.example/rss?key=s3cret" (see http://y.example/{HEX40}), nor https://z.example/rss.'
    )
    assert masked_text(text) == (
        'cannot read "https://…@x.example/rss?key=…" (see http://y.example/…), nor https://z.example/rss.'
    )


def test_addresses_with_a_mistake_are_masked_too() -> None:
    written = "read https:/x.example/rss?token=s3cret me:pw@y.example/rss and/or x.example?key=s3cret, both"
    assert masked_words(written) == "read https:/x.example/rss?token=… …@y.example/rss and/or x.example?key=… both"


def test_hostile_addresses_take_no_time_to_speak_of() -> None:
    for hostile in ("a" * 100_000, "://" * 50_000, "https://" + "@" * 50_000, "https://h/?" + "&" * 50_000,
                    "https://h/" + "/" * 50_000, "https://h/" + "a1" * 50_000, "https://h/?" + "=" * 50_000,
                    "https://h/?url=" + "https%3A%2F%2F" * 5_000):  # fmt: skip
        began = time.process_time()
        masked_url(hostile)
        masked_text(hostile)
        masked_words(hostile)
        assert (time.process_time() - began) / slowness() < 5, hostile[:20]
