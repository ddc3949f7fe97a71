BEGIN TRANSACTION;
CREATE TABLE access_requests (
	chat TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	title TEXT NOT NULL, 
	user_id BIGINT NOT NULL, 
	user_name TEXT NOT NULL, 
	asked_at BIGINT NOT NULL, 
	granted BOOLEAN, 
	decided_at BIGINT, 
	CONSTRAINT pk_access_requests PRIMARY KEY (chat)
);
INSERT INTO "access_requests" VALUES('2002','private','Tono',2002,'Tono',1777964889123456,0,1778051289123456);
INSERT INTO "access_requests" VALUES('2003','private','Tini',2003,'Tini',1778051289123456,NULL,NULL);
CREATE TABLE added_feeds (
	feed_id TEXT NOT NULL, 
	url TEXT NOT NULL, 
	title TEXT NOT NULL, 
	tags TEXT NOT NULL, 
	first_poll TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	every BIGINT, 
	added_at BIGINT NOT NULL, 
	CONSTRAINT pk_added_feeds PRIMARY KEY (feed_id), 
	CONSTRAINT uq_added_feeds_url UNIQUE (url)
);
INSERT INTO "added_feeds" VALUES('antara','https://antara.example/rss','Antara 北','["world","id"]','all','chat:-1005',420000000,1778051289123456);
INSERT INTO "added_feeds" VALUES('bbc','https://bbc.example/feed','','[]','recent','file',NULL,1778054889123456);
CREATE TABLE added_topics (
	topic_id TEXT NOT NULL, 
	chat TEXT NOT NULL, 
	topic TEXT NOT NULL, 
	added_at BIGINT NOT NULL, 
	CONSTRAINT pk_added_topics PRIMARY KEY (topic_id)
);
INSERT INTO "added_topics" VALUES('korut','-1005','{"id":"korut","name":"Korut \ud83c\uddf0\ud83c\uddf5 & <b>","examples":[{"origin":"message","title":"Tentara \u5317\u671d\u9bae \ud83c\uddf0\ud83c\uddf5","text":"\u201cMereka tiba,\u201d katanya.\n\nKursk.","language":"id","published_at":null},{"origin":"https://a.example/1","title":"","text":"Satu.","language":"und","published_at":"2026-05-06T06:08:09.123456+00:00"}],"counterexamples":[{"origin":"message","title":"Tentara \u5317\u671d\u9bae \ud83c\uddf0\ud83c\uddf5","text":"\u201cMereka tiba,\u201d katanya.\n\nKursk.","language":"id","published_at":null}],"query":"\"pasukan Korut\"~3 OR /\\d+/","require":"lang:id","exclude":"title:film","sensitivity":0.30000000000000004,"languages":["id","en"],"feeds":["world","antara"],"destinations":[["-5",42],["@kanal",null],["1001",null]],"delivering":"urgent","digest_times":["07:30:00"],"paused":true,"review":true}',1778051289123456);
INSERT INTO "added_topics" VALUES('beras','1001','{"id":"beras","name":"Beras","examples":[],"counterexamples":[],"query":"beras","require":"","exclude":"","sensitivity":"broad","languages":[],"feeds":[],"destinations":[],"delivering":"instant","digest_times":[],"paused":false,"review":false}',1778054889123456);
CREATE TABLE admins (
	user_id BIGINT NOT NULL, 
	added_at BIGINT NOT NULL, 
	CONSTRAINT pk_admins PRIMARY KEY (user_id)
);
INSERT INTO "admins" VALUES(1001,1778051289123456);
INSERT INTO "admins" VALUES(77,1778054889123456);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
CREATE TABLE article_index (
	number INTEGER NOT NULL, 
	article_id TEXT NOT NULL, 
	first_seen_at BIGINT NOT NULL, 
	feed_id TEXT, 
	language TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	CONSTRAINT pk_article_index PRIMARY KEY (number), 
	CONSTRAINT fk_article_index_article_id_articles FOREIGN KEY(article_id) REFERENCES articles (id), 
	CONSTRAINT uq_article_index_article_id UNIQUE (article_id)
);
INSERT INTO "article_index" VALUES(1,'x',1777968489123456,'antara','id','aa4742e68faf80cf138bbf759f4dc8b0');
INSERT INTO "article_index" VALUES(2,'y',1778051289123456,'bbc','en','b6bee15cc9951810602eed37a7e75fce');
CREATE TABLE articles (
	id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	language TEXT NOT NULL, 
	published_at BIGINT, 
	first_seen_at BIGINT NOT NULL, 
	feed_id TEXT, 
	link TEXT, 
	source TEXT NOT NULL, 
	author TEXT, 
	image TEXT, 
	story_id TEXT, 
	CONSTRAINT pk_articles PRIMARY KEY (id)
);
INSERT INTO "articles" VALUES('x','Tentara Korut tiba di Kursk 北朝鮮','Paragraf satu.

Paragraf dua 🛰️.','id',1777964889123456,1777968489123456,'antara','https://antara.example/x','Antara','Sri Wahyuni','https://antara.example/x.jpg','x');
INSERT INTO "articles" VALUES('y','North Korean troops in Kursk','They came.','en',NULL,1778051289123456,'bbc','https://bbc.example/y','BBC News',NULL,NULL,'x');
CREATE TABLE changes (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	chat TEXT NOT NULL, 
	user_id BIGINT NOT NULL, 
	user_name TEXT NOT NULL, 
	code TEXT NOT NULL, 
	"values" TEXT NOT NULL, 
	CONSTRAINT pk_changes PRIMARY KEY (id)
);
INSERT INTO "changes" VALUES(1,1778051289123456,'-1005',5,'Budi','topic-paused','{"topic":"Korut \u5317"}');
CREATE TABLE chat_aliases (
	old TEXT NOT NULL, 
	new TEXT NOT NULL, 
	CONSTRAINT pk_chat_aliases PRIMARY KEY (old)
);
INSERT INTO "chat_aliases" VALUES('-5','-1005');
CREATE TABLE chats (
	chat TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	title TEXT NOT NULL, 
	language TEXT, 
	timezone TEXT, 
	approved BOOLEAN NOT NULL, 
	paused_reason TEXT, 
	retry_after BIGINT, paused_until BIGINT, preferences TEXT, 
	CONSTRAINT pk_chats PRIMARY KEY (chat)
);
INSERT INTO "chats" VALUES('-1005','supergroup','Redaksi 北',NULL,NULL,1,NULL,NULL,1778137689123456,'{"reads":[],"outlets":["Antara"],"quiet":null,"digest_times":[],"weekly":false,"preview":"below"}');
INSERT INTO "chats" VALUES('1001','private','Sri','en','Asia/Jayapura',1,NULL,1778054889123456,NULL,'{"reads":["id","en"],"outlets":["Antara","BBC News"],"quiet":["22:00:00","06:30:00"],"digest_times":["07:00:00","18:15:00"],"weekly":true,"preview":"above"}');
INSERT INTO "chats" VALUES('@kanal','channel','Kanal',NULL,NULL,0,'kicked',NULL,NULL,NULL);
CREATE TABLE deliveries (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	chat TEXT NOT NULL, 
	thread BIGINT NOT NULL, 
	alert_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	content TEXT NOT NULL, 
	state TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_attempt_at BIGINT, 
	lease_until BIGINT, 
	message_id BIGINT, 
	created_at BIGINT NOT NULL, 
	sent_at BIGINT, 
	error TEXT, 
	CONSTRAINT uq_deliveries_chat_thread_alert_id_kind_revision UNIQUE (chat, thread, alert_id, kind, revision)
);
INSERT INTO "deliveries" VALUES(1,'1001',-1,'x','new',0,'{"type":"alert","id":"x","article_id":"x","title":"Tentara Korut \u5317\u671d\u9bae & <b>","link":null,"source":"Antara","language":"id","published_at":"2026-05-05T07:08:09.123456+00:00","first_seen_at":"2026-05-06T07:08:09.123456+00:00","summary":[{"text":"Satu.","source":""},{"text":"Dua \ud83d\udef0\ufe0f.","source":"BBC"}],"written":"Ringkasan.","written_from":2,"reasons":[{"topic_id":"korut","topic_name":"Korut","score":0.87,"evidence":{"terms":["pasukan","Korut"],"names":["\u041a\u0443\u0440\u0441\u043a"],"numbers":["10.000"],"nearest_example":"Tentara \u5317\u671d\u9bae","similarity":0.30000000000000004,"sentence":"\u201cMereka tiba.\u201d","query":["\"pasukan Korut\""]}}],"earlier":true,"image":"https://antara.example/x.jpg","feed_id":"antara","also":[{"article_id":"y","title":"North Korean troops","link":"https://bbc.example/y","source":"BBC News","language":"en","published_at":"2026-05-06T07:08:09.123456+00:00"}],"facts":{"names":["kursk","rusia"],"numbers":["10000"],"phases":["dead"],"languages":["id"]},"heard_at":"2026-05-06T07:08:09.123456+00:00","update":{"numbers":["12"],"names":["Rutte"],"phase":"arrest","topics":["NATO"],"lull":345600.000001},"late":true}','sent',0,NULL,NULL,901,1778051289123456,1778051289123456,NULL);
INSERT INTO "deliveries" VALUES(2,'1001',-1,'x','edit',1,'{"type":"alert","id":"x","article_id":"x","title":"Tentara Korut \u5317\u671d\u9bae & <b>","link":null,"source":"Antara","language":"id","published_at":"2026-05-05T07:08:09.123456+00:00","first_seen_at":"2026-05-06T07:08:09.123456+00:00","summary":[{"text":"Satu.","source":""},{"text":"Dua \ud83d\udef0\ufe0f.","source":"BBC"}],"written":"Ringkasan.","written_from":2,"reasons":[{"topic_id":"korut","topic_name":"Korut","score":0.87,"evidence":{"terms":["pasukan","Korut"],"names":["\u041a\u0443\u0440\u0441\u043a"],"numbers":["10.000"],"nearest_example":"Tentara \u5317\u671d\u9bae","similarity":0.30000000000000004,"sentence":"\u201cMereka tiba.\u201d","query":["\"pasukan Korut\""]}}],"earlier":true,"image":"https://antara.example/x.jpg","feed_id":"antara","also":[{"article_id":"y","title":"North Korean troops","link":"https://bbc.example/y","source":"BBC News","language":"en","published_at":"2026-05-06T07:08:09.123456+00:00"}],"facts":{"names":["kursk","rusia"],"numbers":["10000"],"phases":["dead"],"languages":["id"]},"heard_at":"2026-05-06T07:08:09.123456+00:00","update":{"numbers":["12"],"names":["Rutte"],"phase":"arrest","topics":["NATO"],"lull":345600.000001},"late":true}','superseded',0,NULL,NULL,NULL,1778054889123456,NULL,NULL);
INSERT INTO "deliveries" VALUES(3,'1001',-1,'x','edit',2,'{"type":"alert","id":"x","article_id":"x","title":"Tentara Korut \u5317\u671d\u9bae & <b>","link":null,"source":"Antara","language":"id","published_at":"2026-05-05T07:08:09.123456+00:00","first_seen_at":"2026-05-06T07:08:09.123456+00:00","summary":[{"text":"Satu.","source":""},{"text":"Dua \ud83d\udef0\ufe0f.","source":"BBC"}],"written":"Ringkasan.","written_from":2,"reasons":[{"topic_id":"korut","topic_name":"Korut","score":0.87,"evidence":{"terms":["pasukan","Korut"],"names":["\u041a\u0443\u0440\u0441\u043a"],"numbers":["10.000"],"nearest_example":"Tentara \u5317\u671d\u9bae","similarity":0.30000000000000004,"sentence":"\u201cMereka tiba.\u201d","query":["\"pasukan Korut\""]}}],"earlier":true,"image":"https://antara.example/x.jpg","feed_id":"antara","also":[{"article_id":"y","title":"North Korean troops","link":"https://bbc.example/y","source":"BBC News","language":"en","published_at":"2026-05-06T07:08:09.123456+00:00"}],"facts":{"names":["kursk","rusia"],"numbers":["10000"],"phases":["dead"],"languages":["id"]},"heard_at":"2026-05-06T07:08:09.123456+00:00","update":{"numbers":["12"],"names":["Rutte"],"phase":"arrest","topics":["NATO"],"lull":345600.000001},"late":true}','pending',0,NULL,NULL,NULL,1778058489123456,NULL,NULL);
INSERT INTO "deliveries" VALUES(4,'1001',-1,'x','reply',1,'{"type":"alert","id":"x","article_id":"x","title":"Tentara Korut \u5317\u671d\u9bae & <b>","link":null,"source":"Antara","language":"id","published_at":"2026-05-05T07:08:09.123456+00:00","first_seen_at":"2026-05-06T07:08:09.123456+00:00","summary":[{"text":"Satu.","source":""},{"text":"Dua \ud83d\udef0\ufe0f.","source":"BBC"}],"written":"Ringkasan.","written_from":2,"reasons":[{"topic_id":"korut","topic_name":"Korut","score":0.87,"evidence":{"terms":["pasukan","Korut"],"names":["\u041a\u0443\u0440\u0441\u043a"],"numbers":["10.000"],"nearest_example":"Tentara \u5317\u671d\u9bae","similarity":0.30000000000000004,"sentence":"\u201cMereka tiba.\u201d","query":["\"pasukan Korut\""]}}],"earlier":true,"image":"https://antara.example/x.jpg","feed_id":"antara","also":[{"article_id":"y","title":"North Korean troops","link":"https://bbc.example/y","source":"BBC News","language":"en","published_at":"2026-05-06T07:08:09.123456+00:00"}],"facts":{"names":["kursk","rusia"],"numbers":["10000"],"phases":["dead"],"languages":["id"]},"heard_at":"2026-05-06T07:08:09.123456+00:00","update":{"numbers":["12"],"names":["Rutte"],"phase":"arrest","topics":["NATO"],"lull":345600.000001},"late":true}','dead',1,NULL,NULL,NULL,1778062089123456,NULL,'Bad Request');
INSERT INTO "deliveries" VALUES(5,'-1005',42,'y','new',0,'{"type":"alert","id":"y","article_id":"y","title":"North Korean troops","link":"https://bbc.example/y","source":"BBC News","language":"en","published_at":null,"first_seen_at":"2026-05-06T07:08:09.123456+00:00","summary":[],"written":"","written_from":0,"reasons":[],"earlier":false,"image":null,"feed_id":null,"also":[],"facts":{"names":[],"numbers":[],"phases":[],"languages":[]},"heard_at":null,"update":null,"late":false}','held',0,NULL,NULL,NULL,1778065689123456,NULL,NULL);
INSERT INTO "deliveries" VALUES(6,'-1005',42,'x','new',0,'{"type":"alert","id":"x","article_id":"x","title":"Tentara Korut \u5317\u671d\u9bae & <b>","link":null,"source":"Antara","language":"id","published_at":"2026-05-05T07:08:09.123456+00:00","first_seen_at":"2026-05-06T07:08:09.123456+00:00","summary":[{"text":"Satu.","source":""},{"text":"Dua \ud83d\udef0\ufe0f.","source":"BBC"}],"written":"Ringkasan.","written_from":2,"reasons":[{"topic_id":"korut","topic_name":"Korut","score":0.87,"evidence":{"terms":["pasukan","Korut"],"names":["\u041a\u0443\u0440\u0441\u043a"],"numbers":["10.000"],"nearest_example":"Tentara \u5317\u671d\u9bae","similarity":0.30000000000000004,"sentence":"\u201cMereka tiba.\u201d","query":["\"pasukan Korut\""]}}],"earlier":true,"image":"https://antara.example/x.jpg","feed_id":"antara","also":[{"article_id":"y","title":"North Korean troops","link":"https://bbc.example/y","source":"BBC News","language":"en","published_at":"2026-05-06T07:08:09.123456+00:00"}],"facts":{"names":["kursk","rusia"],"numbers":["10000"],"phases":["dead"],"languages":["id"]},"heard_at":"2026-05-06T07:08:09.123456+00:00","update":{"numbers":["12"],"names":["Rutte"],"phase":"arrest","topics":["NATO"],"lull":345600.000001},"late":true}','folded',0,NULL,NULL,NULL,1778069289123456,NULL,NULL);
INSERT INTO "deliveries" VALUES(7,'-1005',42,'d1','digest',0,'{"type":"digest","id":"d1","why":"over-budget","items":[{"alert_id":"x","title":"Tentara","link":null,"source":"Antara","published_at":"2026-05-06T07:08:09.123456+00:00","topic_names":["Korut","NATO"],"language":"id","also":[{"article_id":"y","title":"North Korean troops","link":"https://bbc.example/y","source":"BBC News","language":"en","published_at":"2026-05-06T07:08:09.123456+00:00"}],"is_update":true},{"alert_id":"y","title":"Troops","link":"https://bbc.example/y","source":"BBC News","published_at":null,"topic_names":[],"language":"und","also":[],"is_update":false}]}','pending',0,1778054889123456,NULL,NULL,1778072889123456,NULL,'network');
INSERT INTO "deliveries" VALUES(8,'-1005',42,'n1','notice',0,'{"type":"notice","id":"n1","code":"feeds-failing","values":{"feeds":"Antara\nBBC","count":"2"}}','pending',0,NULL,NULL,NULL,1778076489123456,NULL,NULL);
INSERT INTO "deliveries" VALUES(9,'1001',-1,'r:x','new',0,'{"type":"review","id":"r:x","alert":{"id":"x","article_id":"x","title":"Tentara Korut \u5317\u671d\u9bae & <b>","link":null,"source":"Antara","language":"id","published_at":"2026-05-05T07:08:09.123456+00:00","first_seen_at":"2026-05-06T07:08:09.123456+00:00","summary":[{"text":"Satu.","source":""},{"text":"Dua \ud83d\udef0\ufe0f.","source":"BBC"}],"written":"Ringkasan.","written_from":2,"reasons":[{"topic_id":"korut","topic_name":"Korut","score":0.87,"evidence":{"terms":["pasukan","Korut"],"names":["\u041a\u0443\u0440\u0441\u043a"],"numbers":["10.000"],"nearest_example":"Tentara \u5317\u671d\u9bae","similarity":0.30000000000000004,"sentence":"\u201cMereka tiba.\u201d","query":["\"pasukan Korut\""]}}],"earlier":true,"image":"https://antara.example/x.jpg","feed_id":"antara","also":[{"article_id":"y","title":"North Korean troops","link":"https://bbc.example/y","source":"BBC News","language":"en","published_at":"2026-05-06T07:08:09.123456+00:00"}],"facts":{"names":["kursk","rusia"],"numbers":["10000"],"phases":["dead"],"languages":["id"]},"heard_at":"2026-05-06T07:08:09.123456+00:00","update":{"numbers":["12"],"names":["Rutte"],"phase":"arrest","topics":["NATO"],"lull":345600.000001},"late":true},"chat":"@kanal","thread":null}','pending',0,NULL,NULL,NULL,1778080089123456,NULL,NULL);
INSERT INTO "deliveries" VALUES(10,'1001',-1,'rise:korut','notice',0,'{"type":"rise","id":"rise:korut","topic_id":"korut","topic_name":"Korut","today":12,"days":[null,1,0,3],"habit":1.5,"until":"2026-05-06T07:08:09.123456+00:00"}','pending',1,NULL,1778054889123456,NULL,1778083689123456,NULL,NULL);
CREATE TABLE drafts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	chat TEXT NOT NULL, 
	thread BIGINT NOT NULL, 
	user_id BIGINT NOT NULL, 
	message_id BIGINT, 
	topic TEXT NOT NULL, 
	created_at BIGINT NOT NULL
);
INSERT INTO "drafts" VALUES(1,'-1005',42,5,9,'{"id":"korut","name":"Korut \ud83c\uddf0\ud83c\uddf5 & <b>","examples":[{"origin":"message","title":"Tentara \u5317\u671d\u9bae \ud83c\uddf0\ud83c\uddf5","text":"\u201cMereka tiba,\u201d katanya.\n\nKursk.","language":"id","published_at":null},{"origin":"https://a.example/1","title":"","text":"Satu.","language":"und","published_at":"2026-05-06T06:08:09.123456+00:00"}],"counterexamples":[{"origin":"message","title":"Tentara \u5317\u671d\u9bae \ud83c\uddf0\ud83c\uddf5","text":"\u201cMereka tiba,\u201d katanya.\n\nKursk.","language":"id","published_at":null}],"query":"\"pasukan Korut\"~3 OR /\\d+/","require":"lang:id","exclude":"title:film","sensitivity":0.30000000000000004,"languages":["id","en"],"feeds":["world","antara"],"destinations":[["-1005",42],["@kanal",null],["1001",null]],"delivering":"urgent","digest_times":["07:30:00"],"paused":true,"review":true}',1778051289123456);
CREATE TABLE editors (
	chat TEXT NOT NULL, 
	user_id BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	added_at BIGINT NOT NULL, 
	CONSTRAINT pk_editors PRIMARY KEY (chat, user_id)
);
INSERT INTO "editors" VALUES('-1005',5,'Budi',1778051289123456);
INSERT INTO "editors" VALUES('-1005',6,'Ani',1778054889123456);
CREATE TABLE entry_keys (
	feed_id TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	article_id TEXT NOT NULL, 
	last_seen_at BIGINT NOT NULL, 
	CONSTRAINT pk_entry_keys PRIMARY KEY (feed_id, "key")
)
 WITHOUT ROWID

;
INSERT INTO "entry_keys" VALUES('antara','g:1','x',1778051289123456);
INSERT INTO "entry_keys" VALUES('antara','l:2','gone',1778051289123456);
CREATE TABLE expectations (
	chat TEXT NOT NULL, 
	user_id BIGINT NOT NULL, 
	what TEXT NOT NULL, 
	about TEXT NOT NULL, 
	until BIGINT NOT NULL, 
	CONSTRAINT pk_expectations PRIMARY KEY (chat, user_id)
);
INSERT INTO "expectations" VALUES('1001',1001,'draft-name','1',1778054889123456);
CREATE TABLE feed_states (
	feed_id TEXT NOT NULL, 
	next_poll_at BIGINT NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	polled_at BIGINT, 
	succeeded_at BIGINT, 
	failures INTEGER NOT NULL, 
	error TEXT, 
	interval BIGINT, 
	moved_to TEXT, 
	gone BOOLEAN NOT NULL, failing_since BIGINT, overrun_at BIGINT, entries INTEGER, empty_since BIGINT, newest_at BIGINT, lull BIGINT, lulls INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_feed_states PRIMARY KEY (feed_id)
);
INSERT INTO "feed_states" VALUES('antara',1778054889123456,'W/"1"','Wed, 06 May 2026 07:00:00 GMT',1778051289123456,1778051289123456,0,NULL,900000000,'https://antara.example/feed',0,NULL,1777964889123456,30,NULL,1778047689123456,32400000000,12);
INSERT INTO "feed_states" VALUES('bbc',1778051289123456,NULL,NULL,1778051289123456,NULL,3,'HTTP 500',NULL,NULL,1,1777964889123456,NULL,NULL,NULL,NULL,NULL,0);
CREATE TABLE indexed_words (
	number INTEGER NOT NULL, 
	words BLOB NOT NULL, 
	CONSTRAINT pk_indexed_words PRIMARY KEY (number), 
	CONSTRAINT fk_indexed_words_number_article_index FOREIGN KEY(number) REFERENCES article_index (number)
);
INSERT INTO "indexed_words" VALUES(1,X'789C4BC95448294D54C8CE2F2A2D51C82E2D2ACE5628482C4A4C2F4A4C53284E2C29552849CD2B010A28946426252A3CED99FE6CCE5C05207EB96E1D00AB2519A8');
INSERT INTO "indexed_words" VALUES(2,X'789C4B4ECC4D55C8CC53C8CE2F4A4D0452A545C5D90A79F94525190A2519A9950A2545F9F905C50AEF1A1AC02C00A98A12AC');
CREATE TABLE introductions (
	topic_id TEXT NOT NULL, 
	chat TEXT NOT NULL, 
	thread BIGINT NOT NULL, 
	introduced_at BIGINT NOT NULL, 
	CONSTRAINT pk_introductions PRIMARY KEY (topic_id, chat, thread)
);
INSERT INTO "introductions" VALUES('beras','1001',-1,1778051289123456);
INSERT INTO "introductions" VALUES('korut','-1005',42,1777964889123456);
CREATE TABLE matches (
	article_id TEXT NOT NULL, 
	topic_id TEXT NOT NULL, 
	matched BOOLEAN NOT NULL, 
	score FLOAT NOT NULL, 
	threshold FLOAT NOT NULL, 
	evidence TEXT NOT NULL, 
	judged_at BIGINT NOT NULL, 
	CONSTRAINT pk_matches PRIMARY KEY (article_id, topic_id), 
	CONSTRAINT fk_matches_article_id_articles FOREIGN KEY(article_id) REFERENCES articles (id)
);
INSERT INTO "matches" VALUES('x','korut',1,0.87,0.6,'{"terms":["pasukan","Korut"],"names":["\u041a\u0443\u0440\u0441\u043a"],"numbers":["10.000"],"nearest_example":"Tentara \u5317\u671d\u9bae","similarity":0.30000000000000004,"sentence":"\u201cMereka tiba.\u201d","query":["\"pasukan Korut\""]}',1778051289123456);
INSERT INTO "matches" VALUES('y','korut',0,0.55,0.6,'{"terms":[],"names":[],"numbers":[],"nearest_example":null,"similarity":null,"sentence":null,"query":[]}',1778051289123456);
CREATE TABLE mutes (
	chat TEXT NOT NULL, 
	thread BIGINT NOT NULL, 
	article_id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	muted_at BIGINT NOT NULL, 
	CONSTRAINT pk_mutes PRIMARY KEY (chat, thread, article_id)
);
INSERT INTO "mutes" VALUES('-1005',42,'y','North Korean troops',1778051289123456);
CREATE TABLE settings (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY (name)
);
INSERT INTO "settings" VALUES('feed-addresses','{"antara": "https://antara.example/rss"}');
INSERT INTO "settings" VALUES('webhook.posted','yes');
INSERT INTO "settings" VALUES('trends','{"korut": {"finds": "9f", "begun": "2026-05-06T07:08:09.123456+00:00", "rising": {"since": "2026-05-06T07:08:09.123456+00:00", "habit": 1.5, "owed": [["-1005", 42], ["1001", null]]}}, "beras": {"finds": "", "begun": "2026-05-06T07:08:09.123456+00:00"}}');
INSERT INTO "settings" VALUES('feed-alarms','{"troubles": {"bbc": ["GONE", "2026-05-06T07:08:09.123456+00:00"]}, "all_since": "2026-05-06T07:08:09.123456+00:00", "back_at": null, "at": "2026-05-06T07:08:09.123456+00:00"}');
INSERT INTO "settings" VALUES('alarms','{"topics": {"korut": "2026-05-06T07:08:09.123456+00:00"}, "outbox": "2026-05-06T07:08:09.123456+00:00"}');
INSERT INTO "settings" VALUES('page-examples','{"https://a.example/1": {"origin": "https://a.example/1", "title": "", "text": "Satu.", "language": "und", "published_at": "2026-05-06T06:08:09.123456+00:00"}}');
INSERT INTO "settings" VALUES('offers:found-feeds:-1005','{"last":1,"kept":[[1,"[{\"url\": \"https://c.example\", \"title\": \"C \\u5317\", \"language\": \"id\", \"entries\": 3, \"newest\": \"Baru\"}]"]]}');
INSERT INTO "settings" VALUES('offers:feed-lists:-1005','{"last":1,"kept":[[1,"[{\"url\": \"https://antara.example/rss\", \"title\": \"Antara \\u5317\", \"tags\": [\"world\", \"id\"]}, {\"url\": \"https://bbc.example/feed\", \"title\": \"\", \"tags\": []}]"]]}');
INSERT INTO "settings" VALUES('offers:search:1001','{"last":1,"kept":[[1,"{\"query\": \"korut\", \"found\": [\"x\", \"y\"], \"begins\": \"2026-05-06T07:08:09.123456+00:00\", \"whole\": false}"]]}');
CREATE TABLE subscriptions (
	token TEXT NOT NULL, 
	feed_id TEXT NOT NULL, 
	hub TEXT NOT NULL, 
	topic TEXT NOT NULL, 
	secret TEXT NOT NULL, 
	state TEXT NOT NULL, 
	next_at BIGINT NOT NULL, 
	asked_at BIGINT, 
	lease_until BIGINT, 
	failures INTEGER NOT NULL, 
	CONSTRAINT pk_subscriptions PRIMARY KEY (token)
);
INSERT INTO "subscriptions" VALUES('token','antara','https://hub.example','https://antara.example/rss','secret','active',1778137689123456,1778051289123456,1778915289123456,1);
CREATE TABLE updates (
	id BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	received_at BIGINT NOT NULL, 
	handled_at BIGINT, 
	CONSTRAINT pk_updates PRIMARY KEY (id)
);
INSERT INTO "updates" VALUES(500,'{"update_id":500}',1778051289123456,1778051289123456);
INSERT INTO "updates" VALUES(501,'{"update_id":501,"text":"北"}',1778051289123456,NULL);
CREATE TABLE vectors (
	model TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	scale FLOAT NOT NULL, 
	data BLOB NOT NULL, 
	used_at BIGINT NOT NULL, 
	CONSTRAINT pk_vectors PRIMARY KEY (model, digest)
);
INSERT INTO "vectors" VALUES('e5','aa4742e68faf80cf138bbf759f4dc8b0',7.85923741367689464298e-03,X'40E07F00',1778051289123456);
CREATE TABLE votes (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	topic_id TEXT NOT NULL, 
	article_id TEXT NOT NULL, 
	voter TEXT NOT NULL, 
	verdict TEXT NOT NULL, 
	cast_at BIGINT NOT NULL, 
	origin TEXT NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	language TEXT NOT NULL, 
	published_at BIGINT, 
	CONSTRAINT uq_votes_topic_id_article_id_voter UNIQUE (topic_id, article_id, voter)
);
INSERT INTO "votes" VALUES(1,'korut','x','-1005/5','good',1778051289123456,'message','Tentara 北朝鮮 🇰🇵','“Mereka tiba,” katanya.

Kursk.','id',NULL);
INSERT INTO "votes" VALUES(2,'korut','y','1001','bad',1778051289123456,'https://a.example/1','','Satu.','und',1778047689123456);
CREATE INDEX ix_articles_first_seen_at_id ON articles (first_seen_at, id);
CREATE INDEX ix_articles_link ON articles (link);
CREATE INDEX ix_matches_topic_id_matched_score ON matches (topic_id, matched, score);
CREATE INDEX ix_vectors_used_at ON vectors (used_at);
CREATE INDEX ix_deliveries_heads ON deliveries (state, chat, kind, id, lease_until);
CREATE INDEX ix_deliveries_state_sent_at_chat ON deliveries (state, sent_at, chat);
CREATE INDEX ix_deliveries_chat_created_at ON deliveries (chat, created_at);
CREATE INDEX ix_chat_aliases_new ON chat_aliases (new);
CREATE INDEX ix_updates_received_at_id ON updates (received_at, id);
CREATE INDEX ix_updates_handled_at_received_at_id ON updates (handled_at, received_at, id);
CREATE INDEX ix_introductions_chat ON introductions (chat);
CREATE INDEX ix_article_index_first_seen_at ON article_index (first_seen_at);
CREATE INDEX ix_drafts_created_at ON drafts (created_at);
CREATE INDEX ix_changes_chat_id ON changes (chat, id);
CREATE INDEX ix_changes_at ON changes (at);
CREATE INDEX ix_added_topics_chat ON added_topics (chat);
CREATE INDEX ix_mutes_muted_at ON mutes (muted_at);
CREATE INDEX ix_subscriptions_feed_id ON subscriptions (feed_id);
CREATE INDEX ix_articles_story_id_first_seen_at ON articles (story_id, first_seen_at) WHERE story_id IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('drafts',1);
INSERT INTO "sqlite_sequence" VALUES('votes',2);
INSERT INTO "sqlite_sequence" VALUES('deliveries',10);
CREATE VIRTUAL TABLE article_words USING fts5(words, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '.,'");
INSERT INTO article_words(rowid, words) VALUES (1, 'di dua korut kursk paragraf satu tentara tiba 北朝 朝鮮');
INSERT INTO article_words(rowid, words) VALUES (2, 'came in korean kursk north they troops troop');
COMMIT;
