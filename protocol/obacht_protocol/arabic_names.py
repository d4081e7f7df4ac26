"""Usual names in Arabic script, each with the Latin spelling that meets passports best.

Names that reading letter by letter gets wrong, because their short vowels or doubled letters are not written, and some
of which others are made. Where passports differ (Mohammed, Mohamed, Muhammad), one spelling stands for all: the nearest
to the others. Written for this project. Part of the matching version.
"""

from typing import Final

# A Latin spelling, then the spellings that it stands for. Hamza, final ya and final ha need no spelling of their own.
_TEXT: Final = """
Prophets, caliphs, imams: the most frequent names of all
mohammed محمد ahmed أحمد mahmoud محمود mustafa مصطفى ali علي hussein حسين hassan حسن omar عمر othman عثمان abbas عباس
ibrahim إبراهيم ismail إسماعيل ishaq إسحاق yacoub يعقوب yousef يوسف moussa موسى issa عيسى yahya يحيى haroun هارون
zakaria زكريا زكرياء younes يونس elias إلياس ayoub أيوب idris إدريس suleiman سليمان daoud داود داوود jafar جعفر
mehdi مهدي reza رضا sadiq صادق kadhim كاظم abdullah عبدالله allah الله adam آدم taha طه

Men
khaled خالد osama أسامة mohsen محسن anwar أنور ayman أيمن amir أمير murad مراد munir منير hussam حسام imad عماد
issam عصام iyad إياد ihab إيهاب ehsan إحسان iqbal إقبال islam إسلام ikram إكرام bilal بلال jihad جهاد hilal هلال
nizar نزار firas فراس wissam وسام hisham هشام nihad نهاد burhan برهان sofian سفيان zouhair زهير sohail سهيل
zubair زبير junaid جنيد suhaib صهيب oday عدي qusay قصي luay لؤي mohannad مهند monther منذر muntadher منتظر
montaser منتصر moatasem معتصم moataz معتز moayad مؤيد momen مؤمن mamoun مأمون mokhtar مختار mubarak مبارك
mujahid مجاهد mojtaba مجتبى morteza مرتضى muthanna مثنى mumtaz ممتاز muzaffar مظفر mokdad مقداد moaz معاذ
meysam ميثم mansour منصور masoud مسعود mahboub محبوب mamdouh ممدوح saleh صالح naser ناصر adel عادل amer عامر
maher ماهر hazem حازم samer سامر tamer تامر fares فارس kamel كامل nader نادر salem سالم hatem حاتم yaser ياسر
wael وائل raed رائد zaher زاهر atef عاطف jaber جابر tarek طارق hafez حافظ ghanem غانم mazen مازن saif سيف
faisal فيصل haidar حيدر haitham هيثم laith ليث zaid زيد zain زين qais قيس khair خير faiz فيض fayez فايز فائز
fayyad فياض rayan ريان ghaith غيث tayeb طيب sayed سيد tawfik توفيق fawzi فوزي shawki شوقي awad عوض lotfi لطفي
sobhi صبحي hosni حسني shukri شكري rushdi رشدي nasr نصر badr بدر fahd فهد majd مجد harb حرب bakr بكر amr عمرو
jabr جبر fadl فضل rauf رؤوف khidr خضر ramadan رمضان shaaban شعبان juma جمعة eid عيد noor نور rizk رزق abu أبو بو
bin بن ibn ابن

Women
fatima فاطمة zahra زهراء زهرة zainab زينب maryam مريم aisha عائشة laila ليلى ليلا mona منى hoda هدى nada ندى noha نهى
salma سلمى salwa سلوى najwa نجوى marwa مروة مروى fadwa فدوى bushra بشرى yusra يسرى yumna يمنى lubna لبنى suha سهى
ruba ربى ola علا hiba هبة ibtisam ابتسام ilham إلهام intisar انتصار reem ريم may مي siham سهام suad سعاد
suhair سهير soumaya سمية soraya ثريا roqia رقية aya آية doaa دعاء duha ضحى hind هند shahd شهد kawthar كوثر
maysoon ميسون hajar هاجر kobra كبرى humaira حميراء hayat حياة aida عايدة

Iran, Afghanistan, Pakistan
behrouz بهروز behzad بهزاد behnam بهنام mehran مهران mehrdad مهرداد omid امید navid نوید parviz پرویز parvin پروین
peyman پیمان pouya پویا pejman پژمان bijan بیژن mojgan مژگان kaveh کاوه keyvan کیوان khosro خسرو fereydoun فریدون
fereshteh فرشته firouz فیروز forough فروغ houshang هوشنگ manouchehr منوچهر siavash سیاوش roya رویا elaheh الهه
nargis نرگس setareh ستاره sepideh سپیده soheila سهیلا rostam رستم dost دوست khorram خرم gul گل khan خان jan جان
shah شاه hazrat حضرت nawroz نوروز dilawar دلاور mahbouba محبوبه massouma معصومه shahzada شهزاده hikmat حکمت
ghulam غلام zaki ذکی zakia ذکیه azra عذرا zakir ذاکر zulfiqar ذوالفقار zeeshan ذیشان saqib ثاقب sarwat ثروت
nisar نثار samina ثمینه nazir نذیر afzal افضل razia راضیه munawar منور mujib مجیب asghar اصغر akbar اکبر
akhund آخند mawlawi مولوی sultan سلطان baig بیگ butt بٹ bhatti بھٹی chaudhry چودھری qureshi قریشی siddiq صدیق
siddiqui صدیقی

Turkish and Kurdish
arslan ارسلان timur تيمور erdogan أردوغان orhan أورهان yilmaz يلماز dilshad دلشاد sherko شيركو sheikho شيخو

Christian names of the Levant
george جورج joseph جوزيف جوزف elie إيلي tony طوني antoine أنطوان boutros بطرس boulos بولس michel ميشيل ميشال
charbel شربل pierre بيار بيير nicolas نقولا robert روبرت albert ألبرت chamoun شمعون

Family names that are not made of one of these by an ending
mohammadi محمدي ahmadi أحمدي husseini حسيني mousavi موسوي rizvi رضوي alawi علوي mohseni محسني kazimi كاظمي
osmani عثماني rezaei رضايي رضائي nouri نوري khoury خوري rifai رفاعي helou حلو jundi جندي kurdi كردي
turkmani تركماني dulaimi دليمي zubaidi زبيدي obaid عبيد rubaie ربيعي omari عمري hijazi حجازي moghrabi مغربي
maqdisi مقدسي badawi بدوي baalbaki بعلبكي chalabi شلبي khayyat خياط muallem معلم aswad أسود bayati بياتي
chraibi شرايبي mrabet مرابط bouchaib بوشعيب lahcen لحسن larbi عربي alami علمي yazigi يازجي azzawi عزاوي
atieh عطية odeh عودة saadeh سعادة salama سلامة sibai سباعي zoubi زعبي herawi هروي haq الحق
"""


def _parse(text: str) -> dict[str, str]:
    """Read entries of small letters and what they stand for; other lines are headings."""
    names, latin = {}, ""
    for line in text.splitlines():
        for word in () if line[:1].isupper() else line.split():
            if word.isascii():
                latin = word
            else:
                names[word] = latin
    return names


NAMES: Final = _parse(_TEXT)
"""The Latin spelling of each name in Arabic script, as it is usually written."""
