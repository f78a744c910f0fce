"""Which super-app and system a user agent is of, as a table of cases."""

import pytest

from o2o.apps import App, System, find_app, find_system, sample_agent

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0"
_ANDROID = f"Mozilla/5.0 (Linux; Android 14; V2309A Build/UP1A; wv) {_WEBKIT}"
_IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
)
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_WECHAT = "MicroMessenger/8.0.50.2701(0x28003253)"
_TBS = "MQQBrowser/6.2 TBS/046295 Mobile Safari/537.36"

CASES = [
    (f"{_IPHONE} {_WECHAT} NetType/WIFI Language/zh_CN", App.WECHAT, System.IOS),
    (f"{_ANDROID} XWEB/1260059 MMWEBID/1 {_WECHAT} WeChat/arm64 NetType/5G", App.WECHAT, System.ANDROID),
    (f"{_ANDROID} {_TBS} {_WECHAT} NetType/4G Language/zh_CN", App.WECHAT, System.ANDROID),
    (f"{_ANDROID} {_WECHAT} NetType/4G miniProgram/wx0123456789abcdef", App.WECHAT, System.ANDROID),
    (f"{_WINDOWS} Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI WindowsWechat(0x63090a13)",
     App.WECHAT, System.WINDOWS),
    (f"{_MAC} MicroMessenger/6.8.0(0x16080000) NetType/WIFI MacWechat/3.8.7(0x13080712)", App.WECHAT, System.MACOS),
    (f"{_ANDROID} wxwork/4.1.22 MicroMessenger/7.0.1 NetType/WIFI", App.WECOM, System.ANDROID),
    (f"{_IPHONE} wxwork/4.1.22 MicroMessenger/7.0.1 Language/zh", App.WECOM, System.IOS),
    (f"{_ANDROID} UCBS/3.22 NebulaSDK/1.8 Nebula AlipayDefined(nt:WIFI,ws:360) AliApp(AP/10.5.96) AlipayClient/10.5.96",
     App.ALIPAY, System.ANDROID),
    (f"{_IPHONE} Ariver/1.1.0 AliApp(AP/10.5.90) Nebula WK RVKType(1) AlipayClient/10.5.90", App.ALIPAY, System.IOS),
    (f"{_ANDROID} AliApp(DingTalk/7.5.20) com.alibaba.android.rimet/1", App.DINGTALK, System.ANDROID),
    (f"{_IPHONE} AliApp(DingTalk/7.5.20) com.laiwang.DingTalk/1 Channel/201200", App.DINGTALK, System.IOS),
    (f"{_ANDROID} aweme_300500 JsSdk/1.0 NetType/WIFI AppVersion/30.5.0 ByteLocale/zh-CN BytedanceWebview/d8a21c6",
     App.DOUYIN, System.ANDROID),
    (f"{_IPHONE} aweme/30.5.0 Channel/App", App.DOUYIN, System.IOS),
    (f"{_IPHONE} QQ/9.0.60.620 V1_IPH_SQ_9.0.60_1_APP_A Pixel/1170 NetType/WIFI", App.QQ, System.IOS),
    (f"{_ANDROID} {_TBS} V1_AND_SQ_9.0.60_6560 QQ/9.0.60.17095 NetType/WIFI", App.QQ, System.ANDROID),
    (f"{_IPHONE} Weibo (iPhone15,2__weibo__14.6.1__iphone__os17.5)", App.WEIBO, System.IOS),
    (f"{_ANDROID} Weibo (V2309A__weibo__14.6.1__android__android14)", App.WEIBO, System.ANDROID),
    # no super-app of ours
    (f"{_ANDROID} {_TBS} MQQBrowser/14.9", None, System.ANDROID),
    (f"{_WINDOWS} Safari/537.36 Core/1.94 QQBrowser/12.8", None, System.WINDOWS),
    (f"{_ANDROID} AliApp(TB/10.35.0) TTID/600000", None, System.ANDROID),
    (f"{_ANDROID} musical_ly_2023 BytedanceWebview/d8a21c6", None, System.ANDROID),
    (f"{_ANDROID} NewsArticle/9.9 BytedanceWebview/1", None, System.ANDROID),
    (f"{_IPHONE} wechatdevtools/1.06.2405 MicroMessenger/8.0.5 Language/zh_CN", None, System.IOS),
    ("Mozilla/5.0 wechatdevtools qcloudcdn-xinan MicroMessenger/7", None, System.OTHER),
    (f"{_IPHONE} Version/17.5 Safari/604.1", None, System.IOS),
    ("Mozilla/5.0 (Phone; OpenHarmony 5.0) Chrome/114 ArkWeb/4.1.6.1 Mobile", None, System.HARMONYOS),
    (f"Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1 Mobile {_WECHAT}", App.WECHAT, System.HARMONYOS),
    ("Mozilla/5.0 (Linux; Android 12; HarmonyOS; NOH-AN00) Chrome/99 Mobile", None, System.ANDROID),
    ("Mozilla/5.0 (X11; CrOS x86_64 15917.71.0) Chrome/126", None, System.CHROMEOS),
    ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", None, System.LINUX),
    ("Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) Edge/15", None, System.OTHER),
    ("curl/8.5.0", None, System.OTHER),
    ("", None, System.OTHER),
]  # fmt: skip


@pytest.mark.parametrize(("user_agent", "app", "system"), CASES)
def test_a_user_agent_is_of_its_app_and_system(user_agent: str, app: App | None, system: System) -> None:
    assert (find_app(user_agent), find_system(user_agent)) == (app, system)


@pytest.mark.parametrize("app", App)
def test_each_app_has_a_case(app: App) -> None:
    assert app in {case[1] for case in CASES}


@pytest.mark.parametrize("app", [None, *App])
@pytest.mark.parametrize("system", System)
def test_a_sample_is_what_it_is_a_sample_of(app: App | None, system: System) -> None:
    sample = sample_agent(app, system)
    assert (find_app(sample), find_system(sample)) == (app, system)
