#!/usr/bin/env python3
"""验算专家抽取：python verify_draw.py 记录.json（只用标准库）。Checks the public record of a draw of experts.

1. 承诺指纹 = SHA-256(承诺的规范 JSON)：键按字母排序，无空格，非 ASCII 字符不转义，UTF-8。
2. 承诺中的 nonce = SHA-256(抽取后公布的随机数)。
3. 种子 = SHA-256("承诺指纹:随机数:登记指纹")。
   登记指纹 fingerprint 不含登记的内容；早期记录（draw/1）为登记的哈希 hash。
4. 每个号码的签 = SHA-256("种子:号码")，从小到大排列就是抽取顺序。
5. 依次为每个席位取顺序中第一个合适的号码：类别相符；技术席位须属所列专业；同一单位（employer 组号相同）不超过
   上限；并且取他之后，其余席位仍然可以在同一单位上限和市外人数下限之内配齐。
"""

import hashlib
import itertools
import json
import sys


def sha(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def suits(ball, seat, field):
    return ball["seat"] == seat and (seat != "technical" or not field or field in ball["fields"])


def is_free(ball, sitting, made):
    colleagues = sum(other["employer"] == ball["employer"] for other in sitting)
    return ball not in sitting and colleagues < made["per_employer_max"]


def matched(choices):
    taken = {}

    def place(seat, tried):
        for employer in sorted(choices[seat] - tried):
            tried.add(employer)
            if employer not in taken or place(taken[employer], tried):
                taken[employer] = seat
                return True
        return False

    return all(place(seat, set()) for seat in range(len(choices)))


def is_possible(wanted, pool, sitting, made, field):
    outsiders = max(made["outside_city_min"] - sum(b["outside_city"] for b in sitting), 0)
    free = [ball for ball in pool if is_free(ball, sitting, made)]
    return any(
        matched(
            [
                {b["employer"] for b in free if suits(b, s, field) and (b["outside_city"] or n not in places)}
                for n, s in enumerate(wanted)
            ]
        )
        for places in itertools.combinations(range(len(wanted)), outsiders)
    )


def draw_again(pledge, seed):
    pool = sorted(pledge["pool"], key=lambda ball: sha(f"{seed}:{ball['ball']}"))
    wanted, sitting, chosen = pledge["wanted"], list(pledge["seated"]), []
    made, field = pledge["composition"], pledge["field"]
    for n, seat in enumerate(wanted):
        for ball in pool:
            if not suits(ball, seat, field) or not is_free(ball, sitting, made):
                continue
            if is_possible(wanted[n + 1 :], pool, [*sitting, ball], made, field):
                sitting.append(ball)
                chosen.append([seat, ball["ball"]])
                break
    return [ball["ball"] for ball in pool], chosen


def check(record):
    pledge, drawn = record["pledge"], record["drawn"]
    yield "承诺指纹与承诺内容相符", sha(canonical(pledge)) == record["commitment"]
    if drawn is None:
        return
    yield "公布的随机数与承诺相符", sha(drawn["nonce"]) == pledge["nonce"]
    yield "登记在承诺之后", drawn["register"]["position"] > pledge["register"]["position"]
    line = drawn["register"].get("fingerprint") or drawn["register"]["hash"]
    seed = sha(f"{record['commitment']}:{drawn['nonce']}:{line}")
    yield "种子由承诺、随机数和登记簿决定", seed == drawn["seed"]
    order, chosen = draw_again(pledge, seed)
    yield "抽取顺序相同", order == drawn["order"]
    yield "入选号码相同", chosen == drawn["chosen"]


def main(path):
    with open(path, encoding="utf-8") as file:
        found = list(check(json.load(file)))
    for words, holds in found:
        print("相符" if holds else "不符", words)
    return 0 if all(holds for _words, holds in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
