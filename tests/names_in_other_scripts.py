"""Names in Cyrillic, Greek and Arabic script with the Latin spellings under which they stand in records.

A line: family and given name in their own script; as the passport writes them; and, for some, another spelling in use
(the German transcription, an older passport, a family's own). The lists in Cyrillic and Greek script were written for
this project, by hand; the same hand wrote the rules, so they show what the rules do, not how they fare on a population.

The family names and the given names in Arabic script, and their first Latin spelling, were drawn by chance, apart from
one another, from persons in Wikidata (CC0) of Syria, Iraq, Morocco, Afghanistan, Iran and Pakistan, in this order, and
from that half of them that neither rules nor table were made from. Names of other languages were left out,
and hamza and final letters put back; the other spelling was written by hand. Nobody listed is a real person.
"""

CYRILLIC = """
Иванов Иван | Ivanov Ivan | Iwanow Iwan
Иванова Екатерина | Ivanova Ekaterina | Iwanowa Jekaterina
Чернышёв Андрей | Chernyshev Andrei | Tschernyschow Andrej
Кузнецов Алексей | Kuznetsov Aleksei | Kusnezow Alexej
Смирнова Юлия | Smirnova Iuliia | Smirnowa Julia
Попов Дмитрий | Popov Dmitrii | Popow Dmitri
Васильев Сергей | Vasilev Sergei | Wassiljew Sergej
Соловьёв Михаил | Solovev Mikhail | Solowjow Michail
Волков Евгений | Volkov Evgenii | Wolkow Jewgeni
Зайцева Наталья | Zaitseva Natalia | Saizewa Natalja
Павлов Николай | Pavlov Nikolai | Pawlow Nikolaj
Щербаков Виктор | Shcherbakov Viktor | Schtscherbakow Viktor
Жуков Георгий | Zhukov Georgii | Schukow Georgi
Хрущёв Никита | Khrushchev Nikita | Chruschtschow Nikita
Шевцова Ольга | Shevtsova Olga | Schewzowa Olga
Воробьёв Константин | Vorobev Konstantin | Worobjow Konstantin
Якушев Владимир | Iakushev Vladimir | Jakuschew Wladimir
Федорова Анастасия | Fedorova Anastasiia | Fedorowa Anastasia
Эйзенштейн Лев | Eizenshtein Lev | Eisenstein Lew
Миллер Александр | Miller Aleksandr | Miller Alexander
Шмидт Владислав | Shmidt Vladislav | Schmidt Wladislaw
Гончаров Артём | Goncharov Artem | Gontscharow Artjom
Шевченко Оксана | Shevchenko Oksana | Schewtschenko Oxana
Ковальчук Андрій | Kovalchuk Andrii | Kowaltschuk Andrij
Зеленський Володимир | Zelenskyi Volodymyr | Selenskyj Wolodymyr
Григоренко Юрій | Hryhorenko Yurii | Grigorenko Jurij
Бондаренко Наталія | Bondarenko Nataliia | Bondarenko Natalija
Мельник Сергій | Melnyk Serhii | Melnyk Serhij
Дем'яненко Оксана | Demianenko Oksana | Demjanenko Oksana
Кравчук Людмила | Kravchuk Liudmyla | Krawtschuk Ljudmyla
Ющенко Ігор | Yushchenko Ihor | Juschtschenko Ihor
Лукашэнка Аляксандр | Lukashenka Aliaksandr | Lukaschenko Alexander
Ціханоўская Святлана | Tsikhanouskaya Sviatlana | Zichanouskaja Swjatlana
Петров Георги | Petrov Georgi
Първанов Георги | Parvanov Georgi | Parwanow Georgi
Димитрова Христина | Dimitrova Hristina | Dimitrova Christina
Стоянов Христо | Stoyanov Hristo | Stojanow Christo
Ангелов Йордан | Angelov Yordan | Angelow Jordan
Иванова Цветелина | Ivanova Tsvetelina
Щерев Ваньо | Shterev Vanyo
Петровић Милош | Petrović Miloš | Petrovic Milos
Јовановић Јелена | Jovanović Jelena | Jovanovic Jelena
Ђорђевић Душан | Đorđević Dušan | Djordjevic Dusan
Николић Чедомир | Nikolić Čedomir | Nikolic Cedomir
Вучић Александар | Vučić Aleksandar | Vucic Aleksandar
Живковић Жељко | Živković Željko | Zivkovic Zeljko
Михајловић Саша | Mihajlović Saša | Mihajlovic Sascha
Цветковић Снежана | Cvetković Snežana | Cvetkovic Snezana
Шћепановић Љиљана | Šćepanović Ljiljana | Scepanovic Ljiljana
Хаџић Хаким | Hadžić Hakim | Hadzic Hakim
Стојановски Благоја | Stojanovski Blagoja
Ѓорѓиевски Ѓорѓи | Gjorgjievski Gjorgji | Georgievski Gjorgi
Николовска Весна | Nikolovska Vesna
Назарбаев Нұрсұлтан | Nazarbayev Nursultan | Nasarbajew Nursultan
"""
GREEK = """
Παπαδόπουλος Γιώργος | Papadopoulos Giorgos | Papadopoulos Jorgos
Γεωργίου Ιωάννης | Georgiou Ioannis | Georgiu Joannis
Παπαδημητρίου Μαρία | Papadimitriou Maria
Νικολάου Δημήτριος | Nikolaou Dimitrios
Βασιλείου Κωνσταντίνος | Vasileiou Konstantinos | Vassiliou Konstantinos
Χριστοδούλου Χρήστος | Christodoulou Christos
Ευαγγέλου Ευάγγελος | Evangelou Evangelos
Οικονόμου Ελευθερία | Oikonomou Eleftheria | Ikonomou Eleftheria
Μπακογιάννη Ντόρα | Bakogianni Ntora | Bakogianni Dora
Τσίπρας Αλέξης | Tsipras Alexis
Μητσοτάκης Κυριάκος | Mitsotakis Kyriakos
Καραμανλής Κώστας | Karamanlis Kostas
Αναγνωστόπουλος Σπυρίδων | Anagnostopoulos Spyridon
Αθανασίου Αθανάσιος | Athanasiou Athanasios | Athanassiou Thanassis
Σταύρου Σταύρος | Stavrou Stavros
Παύλου Παύλος | Pavlou Pavlos
Αυγουστίδης Ευθύμιος | Avgoustidis Efthymios
Γκίκας Παναγιώτης | Gkikas Panagiotis | Gikas Panajotis
Ντόκος Ηλίας | Ntokos Ilias | Dokos Elias
Φωτίου Φώτιος | Fotiou Fotios | Photiou Photios
Ψαρράς Βασίλης | Psarras Vasilis | Psarras Wassilis
Ξενάκης Ξενοφών | Xenakis Xenofon
Ζαχαριάδης Ζωή | Zachariadis Zoi | Zachariadis Zoe
Χατζηδάκης Μιχαήλ | Chatzidakis Michail | Hatzidakis Michael
Θεοδωράκης Θεόδωρος | Theodorakis Theodoros
Κεχαγιάς Νικόλαος | Kechagias Nikolaos
Σφακιανάκης Εμμανουήλ | Sfakianakis Emmanouil
Μπουζούκης Άγγελος | Bouzoukis Angelos
Λάμπρου Λάμπρος | Lamprou Lampros | Lambrou Lambros
Πέτρου Αικατερίνη | Petrou Aikaterini | Petrou Ekaterini
Ραΐλης Ευγενία | Railis Evgenia
Τριανταφύλλου Στυλιανός | Triantafyllou Stylianos
Δασκαλάκης Γεράσιμος | Daskalakis Gerasimos
Αγγελόπουλος Άννα | Angelopoulos Anna
Μαυρίδης Ιάκωβος | Mavridis Iakovos
ΚΑΛΟΓΕΡΟΠΟΥΛΟΣ ΣΩΤΗΡΙΟΣ | Kalogeropoulos Sotirios
"""
ARABIC = """
الخطيب عبير | Al-Khatib Abeer | Alkhateeb Abir
بيكو محسن | Beko Muhsen | Biko Mohsen
الأيوبي ديما | Al-Ayyubi Dima | Alayoubi Deema
مراياتي أميرة | Mrayati Amira | Merayati Ameera
ريحاوي ياسر | Rihawi Yaser | Rehawi Yasser
الحسن أمجد | Al-Hassan Amjad | Alhasan Amjad
دهان وديع | Dahan Wadih | Dahhan Wadea
شحادة محمد | Shahade Mohamed | Shehadeh Mohammad
الصالح مازن | Saleh Mazen | Alsaleh Mazin
مبيض ميسون | Moubayed Maisoun | Mobayed Mayson
سويد ليلى | Suwaid Leila | Swed Layla
البكاء أحمد | Albakaa Ahmed | Al-Bakka Ahmad
الدجيلي شاكر | Al-Dujaili Shakir | Aldujaily Shaker
مطشر ذكرى | Mutashar Zekra | Mtashar Thikra
عطية ياسر | Attiya Yaser | Atiyah Yasir
إدريس صفاء | Idris Safaa | Edrees Safa
السعيد ثائر | Al-Saed Thaer | Alsaeed Thair
شابو سعدون | Shabow Saadoun | Shabo Sadoon
خضير مصطفى | Khudayyir Mustafa | Khudhair Mustafa
ذنون علي | Thanoun Ali | Dhannoon Ali
العسكري كامل | Askari Kamil | Alaskari Kamel
جعفر أيمن | Jafar Aymen | Jaafar Ayman
البان سلوان | Al-Ban Salwan | Alban Selwan
هرامي أيمن | Harrami Aïmen | Harami Ayman
معاوي نبيل | Mouaoui Nabil
البدوي الطاهر | Badawi Tahar | El Badaoui Taher
زدوق عمر | Zadouk Omar | Zaddouq Omar
لابيد يسرى | Labied Yousra | Labid Yusra
الزاهر رشيد | Zahir Rachid | Ezzahir Rachid
المهدوي أكرم | Elmahdaouy Akram | El Mahdaoui Akram
أهريش محمد | Hraich Mohamed
الداكي رشدي | Dakki Roschdy | Eddakki Rochdi
الوردي حسن | El Ouardy Hassan | El Ouardi Hassan
بن الصديق محمد | Benseddik Mohammed | Ben Seddik Mohamed
اکبری قهار | Akbari Qahar | Akbary Qahhar
کریمی وحید | Karimi Waheed | Karimi Wahid
محمودی حمیدالله | Mahmoodi Hamidullah | Mahmoudi Hamidollah
شاهدی سیما | Shahidi Sima | Shahedi Seema
محمدی تهمینه | Mohammadi Tahmina | Mohammadi Tahmineh
نجم محمد | Najem Mohammad | Najm Mohammad
حیدری غوغا | Haidari Ghawgha | Heidari Ghogha
عاصم راشد | Assem Rashid | Asem Rashed
مجددی پروین | Mujaddidi Parween | Mojaddedi Parwin
نوا میرویس | Nawa Mirwais | Nava Mirwais
جهانی قربان | Jahani Qorban | Jahani Qurban
خاکسار محسن | Khaksar Mohsen
راهچمنی یاسمن | Rahchamani Yasaman | Rahchamany Yasman
رحمتی رضا | Rahmati Reza
جمشیدی پرویز | Djamshidi Parviz | Jamshidi Parwiz
دایی اسماعیل | Daei Esmail | Daie Ismail
رئیسیان جلال | Raisian Jalal | Raeisian Djalal
کثیریان حسن | Kasirian Hassan
کاپلان امیرعلی | Kaplan Amirali
خدادادی میعاد | Khodadadi Mi'ad | Khodadady Miad
صفاریان‌پور حبیب | Saffarianpour Habib | Safarianpoor Habib
قاسمی سجاد | Qassemi Sajad | Ghasemi Sajjad
جمالی سلیمان | Jamali Soleyman | Jamali Soleiman
خان عبدالغفار | Khan Abdul-Ghaffar | Khan Abdulghafar
عاشق محسن | Ashiq Mohsin | Aashiq Mohsin
انور محمد | Enwer Muhammad | Anwar Mohammad
خالد شمیم | Khalid Shamim | Khaled Shameem
یوسف نثار | Yousaf Nisar | Yusuf Nisar
احمد قیصر | Ahmed Qaisar | Ahmad Qaiser
حسن بلبل | Hasan Bulbul
خان غلام | Khan Ghulam | Khan Gholam
آفتاب فضل | Aftab Fazal | Aftab Fazl
احمد زین | Ahmed Zain | Ahmad Zayn
خان رونا | Khan Runa
"""


def spellings(block: str) -> list[tuple[str, list[str]]]:
    """Give each line as (own script, [passport, another spelling])."""
    return [(own, latin) for own, *latin in (line.split(" | ") for line in block.strip().splitlines())]
