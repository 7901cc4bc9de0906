"""What the people of the demonstration stores say and write; Chinese, because their customers are."""

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = ("伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "秀兰", "霞", "平",
         "建华", "志强", "桂英", "海燕", "晓东", "文博", "雨欣", "子涵", "浩然", "思远", "佳怡", "梦琪")
COMPANIES = ("示例锦程餐饮管理有限公司", "示例盛达园林工程有限公司", "示例晨辉物流有限公司", "示例恒信商贸有限公司")
MODELS = (("轩逸 1.6L 悦享版", 'ZM4'), ("逍客 2.0L 豪华版", 'ZK2'), ("奇骏 1.5T 四驱", 'ZT3'), ("天籁 2.0L XL", 'ZF5'),
          ("骐达 1.6L", 'ZC1'), ("劲客 1.5L", 'ZP8'), ("艾睿雅 纯电", 'ZE9'))
INSURERS = (('PICC', 40), ('PAIC', 27), ('CPIC', 15), ('CLPC', 8), ('CCIC', 6), ('YGBX', 4))

# result code, contents
CONTACTS = (
    ('INTERESTED', ("客户愿意继续在本店续保，希望先看三者200万的报价", "客户问今年有没有保养赠送，已说明管家服务内容，客户有意向")),
    ('QUOTED', ("已报人保三者200万加车损，客户说和家里人商量", "按去年险种报价，客户觉得比去年高两百，解释出险一次系数上浮")),
    ('CONSIDER_H', ("客户正在比价，重点关心理赔是否在本店，已介绍直赔流程", "客户说周末给答复，倾向本店")),
    ('CONSIDER_N', ("客户开车中，说话不方便，简单介绍了方案，约定后天再打", "客户表示到期前一周再定")),
    ('NOT_YET', ("客户说离到期还早，下月再联系", "客户目前在外地，月底回来再谈")),
    ('APPT', ("客户约周六上午到店保养，顺便出单", "客户周五下午到店，已安排接待")),
    ('NO_ANSWER', ("响铃无人接听，已发短信留言", "第二次拨打仍无人接听，改晚上再打")),
    ('BUSY', ("客户在开会，让下午四点后再打",)),
)
EMPTY_CONTENTS = ("已跟进，继续跟进", "已联系，再联系", "跟进中，无变化")
# lost reason, content, countermeasure, what the reason asks for
LOSSES = (
    ('PRICE', "客户收到电销报价，比本店低三百多，决定不在本店续保",
     "逐项对比两份方案，指出对方三者只有100万且无医保外用药，并申请保养券，客户仍坚持低价", {'lost_price': 2860}),
    ('TELESALES', "客户已接受平安电销报价", "说明电销出险后需自行联系定损，本店可代办直赔; 建议保留商业险在本店，客户未接受",
     {'lost_price': 3050, 'insurer': 'PAIC'}),
    ('CLAIM_COMPLAINT', "客户上年在本店理赔不愉快，不打算在本店续保",
     "请理赔组长当面道歉并说明整改，主管次日回访，赠送一次免费钣喷，客户表示明年再考虑", {'lost_detail': "投诉单 TS-0917"}),
    ('RELATIVE', "客户表弟在保险公司上班，由亲戚办理", "介绍本店代办年检与道路救援等服务，留下方案供对比，约明年提前联系", {}),
    ('SERVICE', "客户嫌售后排队太久，改在住处附近投保", "联系售后经理安排预约通道并致歉，客户表示已交费", {'lost_detail': "售后"}),
)
WEAK_LOSS = ('PRICE', "客户嫌贵，不续了", "已跟进，再联系，已联系，继续跟进", {'lost_price': 2700})
GONE = ('SOLD', "客户说车上个月卖给了车商", "", {})
EXPLANATIONS = {'lost_known_on': True}
REMARKS = ("去年赠送两次基础保养", "客户要求电话联系，不要发微信", "家庭第二辆车也在本店", "", "", "")

# what tariffs ask about the engine of a model
ENGINE = {'seats': 5, 'displacement': 1.6, 'fuel_type': 'gasoline', 'car_value': 119800}
ENGINES = {
    "逍客 2.0L 豪华版": {**ENGINE, 'displacement': 2.0, 'car_value': 149900},
    "奇骏 1.5T 四驱": {**ENGINE, 'displacement': 1.5, 'car_value': 189900},
    "天籁 2.0L XL": {**ENGINE, 'displacement': 2.0, 'car_value': 179800},
    "劲客 1.5L": {**ENGINE, 'displacement': 1.5, 'car_value': 98800},
    "艾睿雅 纯电": {**ENGINE, 'displacement': 0, 'fuel_type': 'electric', 'car_value': 219800},
}
