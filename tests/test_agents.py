import json
from importlib.resources import files

import pytest
from programs import need_module

from o2o.collect.verdicts.agents import find_bot, find_preview

ANDROID = "Mozilla/5.0 (Linux; Android 14; V2309A Build/UP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
PEOPLE = {
    "WeChat": ANDROID + "Chrome/126.0 XWEB/1260 MMWEBSDK/2024 Mobile Safari/537.36 MMWEBID/1 MicroMessenger/8.0.50"
    "(0x28003234) WeChat/arm64 Weixin NetType/5G Language/zh_CN ABI/arm64",
    "WeChat on a PC": "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/107 Safari/537.36 MicroMessenger/7.0.20 "
    "NetType/WIFI MiniProgramEnv/Windows WindowsWechat",
    "WeCom": ANDROID + "Chrome/108 Mobile Safari/537.36 wxwork/4.1.10 MicroMessenger/7.0.1",
    "Alipay": ANDROID + "UWS/4.9 Mobile Safari/537.36 AliApp(AP/10.5.96) AlipayClient/10.5.96",
    "Douyin": ANDROID + "Chrome/118 Mobile Safari/537.36 aweme_300100 BytedanceWebview/d8a21c6",
    "DingTalk": ANDROID + "Chrome/100 Mobile Safari/537.36 AliApp(DingTalk/7.5.5) com.alibaba.android.rimet",
    "QQ": ANDROID + "Chrome/109 MQQBrowser/6.2 Mobile Safari/537.36 V1_AND_SQ_8.9.93 QQ/8.9.93",
    "Weibo": ANDROID + "Chrome/100 Mobile Safari/537.36 Weibo (vivo-V2309A__weibo__14.1.0__android)",
    "Safari": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1",
    "Cubot's phone": "Mozilla/5.0 (Linux; Android 12; CUBOT P60) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36",
    "Edge": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126 Safari/537.36 Edg/126.0",
    "UC": ANDROID + "Chrome/100 UCBrowser/16.3 Mobile Safari/537.36",
    "Huawei": ANDROID + "Chrome/114 HuaweiBrowser/15.0 Mobile Safari/537.36",
    "Quark": ANDROID + "Chrome/100 Quark/6.8 Mobile Safari/537.36",
    "Baidu's app": ANDROID + "Chrome/97 Mobile Safari/537.36 T7/13.50 baiduboxapp/13.50.0.10 (Baidu; P1 14)",
    "Internet Explorer": "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; WOW64; Trident/6.0)",
    "Naver's app": ANDROID + "Chrome/90 Whale/1.0 Mobile Safari/537.36 NAVER(inapp; search; 1010; 11.11.3)",
    "Sogou's browser": ANDROID + "Chrome/68 Mobile Safari/537.36 AWP/2.0 SogouMSE,SogouMobileBrowser/5.21.8",
    "Snapchat": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/26.6 Mobile/15E148 Snapchat/14.25.0.48 (like Safari/8624.5.1, panda)",
    "Ecosia": ANDROID + "Chrome/150.0 Mobile Safari/537.36 (Ecosia android@150.0.0.0)",
    "Line": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Safari Line/14.9.1",
}
BOTS = [
    "",
    "-",
    "Mozilla/5.0",
    "curl/8.5.0",
    "Wget/1.21",
    "python-requests/2.32",
    "Go-http-client/2.0",
    "okhttp/4.12.0",
    "Java/17.0.1",
    "Apache-HttpClient/4.5",
    "axios/1.7",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (compatible; Bytespider; spider-feedback@bytedance.com)",
    "Sogou web spider/4.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/126 Safari/537.36",
    "Mozilla/5.0 (iPhone) wechatdevtools qcloudcdn-xinan MicroMessenger/8.0.5 Language/zh_CN",
    "UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/",
    "zgrab/0.x",
    "portscout/0.8.1",
    "Mozilla/5.0 (compatible; Ezooms/1.0; help@moz.com)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120 Safari/537.36 (+https://tester.example)",
    "Mozilla/5.0 (X11; Linux x86_64; Catchpoint) AppleWebKit/537.36 Chrome/120 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0 DejaClick/2.9",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 CriOS/126 Mobile RuxitSynthetic/1.0",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/602.1 (KHTML, like Gecko) QuiteRSS/0.19 Safari/602.1",
    "Mozilla/5.0 (Linux; Android 8.0; Pixel 2; DuplexWeb-Google/1.0) AppleWebKit/537.36 Chrome/74 Mobile Safari/537.36",
]
PREVIEWS = [
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "WhatsApp/2.24.13.77 A",
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Twitterbot/1.0",
]


@pytest.mark.parametrize("agent", PEOPLE.values(), ids=PEOPLE)
def test_a_customers_app_is_a_person(agent):
    assert (find_bot(agent), find_preview(agent)) == ("", "")


@pytest.mark.parametrize("agent", BOTS)
def test_a_program_is_a_bot(agent):
    assert find_bot(agent)
    assert not find_preview(agent)


@pytest.mark.parametrize("agent", PREVIEWS)
def test_a_fetcher_of_links_is_a_preview(agent):
    assert find_preview(agent)


def test_of_a_real_list_of_crawlers_98_in_100_are_caught():
    need_module("crawleruseragents", "test")
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA

    agents = [agent for crawler in CRAWLER_USER_AGENTS_DATA for agent in crawler["instances"]]
    assert len(agents) > 2_000
    assert sum(bool(find_bot(agent) or find_preview(agent)) for agent in agents) >= 0.98 * len(agents)


def test_of_real_browsers_less_than_1_in_100_is_called_a_program():
    need_module("fake_useragent", "test")
    listed = files("fake_useragent").joinpath("data/browsers.jsonl").read_text(encoding="utf-8")
    agents = [json.loads(line)["useragent"] for line in listed.splitlines()]
    assert len(agents) > 5_000
    assert sum(bool(find_bot(agent) or find_preview(agent)) for agent in agents) < 0.01 * len(agents)
