"""What a user agent gives away: link previews and programs, told from the browsers and super-apps of customers."""

import re
from functools import lru_cache

CERTAIN = "certain"
LIKELY = "likely"
"""The tiers of what tells a program: it names itself, or it looks like no browser."""

_LONGEST = 512

# In-app browsers of customers; they are people even when other words in them look like a program's.
_SUPER_APPS = re.compile(
    r"micromessenger|wechat(?!devtools)|wxwork/|alipayclient|aliapp\(|dingtalk/|aweme|bytedancewebview|__weibo__|\bqq/|"
    r"xiaohongshu|xhsdiscover|meituan|dianping|jdapp|taobao|kuaishou|ksnebula|\bline/\d",
    re.IGNORECASE,
)
_TENCENT_FETCHER = re.compile(r"wechatdevtools|qcloudcdn", re.IGNORECASE)

# Programs that fetch a link to show it in a chat or a post before anybody has tapped it.
_PREVIEWS = re.compile(
    r"facebookexternalhit|facebookcatalog|facebot|twitterbot|slackbot|slack-imgproxy|whatsapp/|telegrambot|"
    r"discordbot|linkedinbot|skypeuripreview|microsoftpreview|redditbot|pinterestbot|embedly|iframely|vkshare|"
    r"viber|mastodon|synapse|nextcloud|bitlybot|tumblr|flipboard|quora link preview|google-messages|"
    r"snap url preview|zoombot|teamsbot|link ?preview|urlpreview|unfurl|opengraph|oembed",
    re.IGNORECASE,
)

# Programs in general. Cubot makes phones.
_BOTS = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|scrap[ey]|harvest|archiver|heritrix|nutch|httrack|larbin|teoma|yeti/|"
    r"curl|wget|libwww|lwp[-:]|python|aiohttp|httpx|okhttp|go-http|^go |java/|^java|httpclient|http_request|winhttp|"
    r"^php|php/|ruby|perl|node-fetch|^node|axios|undici|guzzle|postman|insomnia|httpie|dart/|cfnetwork(?!.*mobile)|"
    r"headless|phantom|selenium|puppeteer|playwright|webdriver|electron-fetch|lighthouse|pagespeed|gtmetrix|"
    r"monitor|uptime|pingdom|statuscake|site24x7|nagios|check_http|zabbix|newrelic|datadog|"
    r"feed|\brss|newsblur|netnewswire|universalfeedparser|magpie|simplepie|tiny tiny|planet/|venus/|"
    r"validat|link ?check|linkwalker|xenu|checker|verif(?:y|ier)|inspect|analy[sz]er|"
    r"masscan|zgrab|nmap|nessus|nikto|sqlmap|openvas|netcraft|censys|shodan|scanner|"
    r"mediapartners|google-|googleimageproxy|apis-google|bingpreview|yandex(?:images|metrika|direct|media)|"
    r"baidu-|sogou |qcloudcdn|wechatdevtools|ia_archiver|preview|prefetch|fetch|proxy|proximic|summify|"
    r"wordpress|drupal|joomla|w3c_|jigsaw|grapeshot|facebookplatform|ltx71|gpt|claude|perplexity|indexer|-agent\b|"
    r"link ?(?:finder|dex|s/|tiger)|finder|watch(?:er|towr)|scan(?:s|/)|insights|favicon|splash|ptst/|hotjar|electron/|"
    r"dareboost|datanyze|foregenix|hardenize|outbrain|rigor|securityheaders|silktide|thousandeyes|"
    r"catchpoint|dejaclick|dmbrowser|synthetic|archivebox|transcoder|weblight|search console|-google/|rss/|"
    r"collaborator|jorgee|\(hydra|morningscore|sparkler|mutant|"
    r"https?:|www\.|[a-z]\.(?:com|io|org|de|fr)\b(?!\.)|\w@[\w-]+\.[a-z]|\(at\)|"
    r"compatible;(?! ?(?:msie|konqueror|opera))",
    re.IGNORECASE,
)
_BROWSERS = re.compile(r"mozilla/|opera/|ucweb/|nokia|samsung|blackberry|dalvik/.*android", re.IGNORECASE)
_DESKTOPS = re.compile(r"\(windows nt|\(macintosh|x11; (?!cros)", re.IGNORECASE)
_NOTHING_SAID = re.compile(r"mozilla/\d\.\d|-|\W*", re.IGNORECASE)


def shorten_agent(user_agent: str) -> str:
    """Return a user agent as it is kept: at most 512 characters."""
    return user_agent[:_LONGEST]


@lru_cache(maxsize=16_384)
def find_preview(user_agent: str) -> str:
    """Return the word that tells a fetcher of link previews, or an empty text."""
    match = _PREVIEWS.search(user_agent)
    return match[0].lower() if match and not _is_super_app(user_agent) else ""


@lru_cache(maxsize=16_384)
def find_bot(user_agent: str) -> str:
    """Return the word that tells a program, or an empty text for what may be a person's browser."""
    if _is_super_app(user_agent):
        return ""
    if _NOTHING_SAID.fullmatch(user_agent):
        return f"{LIKELY}: no user agent"
    if match := _BOTS.search(user_agent):
        return f"{CERTAIN}: {match[0].lower()}"
    return "" if _BROWSERS.match(user_agent) else f"{LIKELY}: not a browser"


@lru_cache(maxsize=16_384)
def is_desktop(user_agent: str) -> bool:
    """Tell whether a user agent is a browser's on a computer, and no super-app's."""
    return bool(_DESKTOPS.search(user_agent)) and not _is_super_app(user_agent)


def _is_super_app(user_agent: str) -> bool:
    return bool(_SUPER_APPS.search(user_agent)) and not _TENCENT_FETCHER.search(user_agent)
