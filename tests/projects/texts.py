"""Thirty subjects and what is written about them, as people write: phrases in common, content of its own."""

SUBJECTS = [
    ("高世代显示用光刻胶树脂", "光敏树脂的分子量分布", "显影残渣和线宽粗糙度"),
    ("车规级碳化硅功率模块", "芯片与衬板的银烧结界面", "高温循环下的热疲劳"),
    ("重组蛋白药物连续灌流工艺", "高密度细胞的代谢调控", "产品糖型的批间一致"),
    ("中药配方颗粒全程质控", "饮片指纹图谱与疗效的关联", "浓缩干燥中的成分损失"),
    ("智能网联毫米波雷达", "射频前端的温漂补偿", "雨雾条件下的虚警"),
    ("大尺寸蓝宝石晶体", "温场对位错密度的影响", "长晶周期与能耗"),
    ("抗体偶联药物连接子", "定点偶联的立体选择", "血浆中的过早释放"),
    ("工业控制芯片操作系统", "确定性调度内核", "异构外设驱动的移植"),
    ("高频高速覆铜板", "低介电树脂的交联网络", "铜箔界面的剥离强度"),
    ("冻干粉针在线检测", "西林瓶近红外透射模型", "塌陷与水分的同时判别"),
    ("北斗高精度定位模组", "多路径误差的抑制", "城市峡谷中的连续可用"),
    ("口服缓释微丸包衣", "膜控释放的动力学", "放大时的黏连"),
    ("第三代半导体外延装备", "反应室流场的均匀", "副产物沉积的清除"),
    ("兽用亚单位疫苗佐剂", "乳化粒径的窄分布", "长期贮存的相分离"),
    ("光通信硅光芯片", "端面耦合的模斑转换", "温控功耗"),
    ("生物可降解骨固定材料", "镁合金的腐蚀速率", "强度与降解的匹配"),
    ("储能电池管理芯片", "多串电压采样的共模抑制", "电荷状态的长期漂移"),
    ("维生素绿色合成", "氧化步骤的非贵金属催化", "含盐废水的减量"),
    ("微波射频陶瓷滤波器", "低损耗介质粉体的合成", "烧结收缩的控制"),
    ("手术机器人力反馈", "微型六维力传感的标定", "消毒后的零漂"),
    ("液晶面板驱动芯片", "伽马校正的非线性", "高刷新率下的电磁干扰"),
    ("阿维菌素高产菌株", "次级代谢通路的解除抑制", "发酵后期的溶氧"),
    ("工业级无人机飞控", "冗余惯导的故障隔离", "强风下的姿态收敛"),
    ("体外诊断荧光微球", "表面羧基密度的调节", "批间发光强度"),
    ("机载相控阵天线", "瓦片式组件的散热", "扫描盲区"),
    ("抗肿瘤纳米晶体", "湿法研磨的晶型稳定", "静脉给药的粒径上限"),
    ("智能电表计量芯片", "宽动态范围的相位误差", "磁场干扰"),
    ("固态激光雷达", "面阵探测的串扰", "人眼安全下的测距"),
    ("透皮贴剂压敏胶", "药物与基质的相容", "揭离时的皮肤刺激"),
    ("电子特气纯化", "痕量水氧的深度脱除", "吸附剂的再生寿命"),
]
COMMON = "本项目由牵头单位联合高校和产业链企业共同实施。"
BACKGROUND = (
    "{t}主要靠进口，{b}屡被用户诟病。",
    "本地企业做{t}多年，{a}没吃透，{b}上不去。",
    "随着下游扩产，{t}供不应求；{b}成了瓶颈。",
)
PROBLEMS = (
    "其一，{a}；其二，{b}；其三，{t}如何放大。",
    "要弄清{a}，压住{b}，让{t}能稳产。",
    "{t}卡在两处：{a}、{b}。",
)
ROUTES = (
    "先测{a}，再调{b}，最后做{t}样机。",
    "以{a}为纲，分三段攻{b}；{t}边做边验。",
    "由{a}入手建模，用实测修正，{b}另设补偿，{t}逐级放大。",
    "把{a}拆成参数，逐项试；{b}留作判据；{t}随后定型。",
    "{t}小试看{a}，中试看{b}，现场复测。",
)
NEW = (
    "从{a}反推设计，{b}可检验。",
    "首次把{b}写进{t}规程，{a}有据可查。",
    "不再逐项试错：{a}定方向，{b}定边界。",
    "{t}里引入{a}的在线判读。",
)
OUTCOME = (
    "{t}样品两种，{b}较现有产品好一档。",
    "交付{t}工艺包，{a}数据集，{b}检测法。",
    "两家用户装机{t}，{b}跟踪半年。",
)


def proposal(n: int) -> dict[str, str]:
    """One of thirty, written as people write: with a phrase in common, about something of its own."""
    t, a, b = SUBJECTS[n]
    parts = {
        "background": BACKGROUND,
        "problems": PROBLEMS,
        "route": ROUTES,
        "innovation": NEW,
        "outcome": OUTCOME,
    }
    said = {code: forms[n % len(forms)].format(t=t, a=a, b=b) for code, forms in parts.items()}
    return said | {"route": COMMON + said["route"]}


def at_length(n: int) -> dict[str, str]:
    """The same at the length that a proposal has: every way to say it, one after the other."""
    t, a, b = SUBJECTS[n % len(SUBJECTS)]
    groups = (BACKGROUND, PROBLEMS, ROUTES, NEW, OUTCOME)
    parts = dict(zip(("background", "problems", "route", "innovation", "outcome"), groups, strict=True))
    more = f"第{n}号：{a}、{b}，均以{t}为对象。"
    return {
        code: "".join(form.format(t=t, a=a, b=b) for form in (*forms, *groups[place - 1])) + more
        for place, (code, forms) in enumerate(parts.items())
    }
