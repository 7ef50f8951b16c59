//! A damaged database: what can be read of it goes into a new file beside it, and the phone goes on with that. The
//! damaged file stays as it is.
//!
//! SQLCipher checks each page of the file, so one changed bit makes one page of 2 KiB unreadable, and a connection
//! that met it reads nothing any more. Each table is therefore read from its beginning and from its end, each time up
//! to the damage. What others wrote comes again from the server. Of what was recorded here, a page that waits is made
//! again from the journal; records that no page ever held, and whose place is lost, go into a new epoch. Those whose page
//! is lost may be on the server: they wait until it has said so ([`super::strays`]).

use super::pages::{Extent, StreamKey};
use super::people::channel_of;
use super::strays::Strays;
use super::{Place, Store, StoreError, Vocabulary, read, schema, write};
use crate::compose::{ACCESS, DIRECTORY};
use crate::identity::Identity;
use crate::open_pages::meta_key;
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::{Channel, PageId, PageSecret, StreamId};
use alongside_domain::sync::messages::PackedPage;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use std::collections::{BTreeMap, BTreeSet};

/// Key of what says that a salvaged file is whole.
pub(super) const WHOLE: &str = "salvaged";

/// What a salvage draws by chance: the epoch of records that lost their place, and secrets for their pages.
pub(crate) struct Drawn {
    pub(crate) epoch: Epoch,
    pub(crate) secret: PageSecret,
}

impl Store {
    /// Goes on with a new file that holds what can be read of this one. An error leaves all as it was: a file that was begun is not whole, and never opened.
    pub(crate) fn salvage(&mut self, identity: &Identity, drawn: &Drawn) -> Result<(), StoreError> {
        let old = self.place.clone().ok_or(StoreError::Damaged)?;
        old.remove_unfinished();
        let place = old.beside();
        *self = make(&old, &place, identity, drawn, self.vocabulary.clone())?;
        Ok(())
    }
}

fn make(
    old: &Place,
    place: &Place,
    identity: &Identity,
    drawn: &Drawn,
    vocabulary: Vocabulary,
) -> Result<Store, StoreError> {
    let mut connection = place.connect()?;
    schema::migrate(&mut connection)?;
    // Rows may have lost those that they name.
    connection.execute_batch("PRAGMA foreign_keys = OFF")?;
    let (cache, catalogue) = (super::Cache::default(), Catalogue::shipped());
    let mut store = Store { connection, cache, place: Some(place.clone()), vocabulary, catalogue };
    store.transact(|store| {
        let from = Damaged { place: old };
        for table in tables(&store.connection)? {
            from.copy(&table, &store.connection)?;
        }
        if store.meta::<Identity>("identity")?.is_none() {
            return Err(StoreError::Damaged);
        }
        from.recover_names(&store.connection)?;
        store.mend(&from, identity, drawn)?;
        store.set_meta(WHOLE, &true)
    })?;
    store.connection.execute_batch("PRAGMA foreign_keys = ON")?;
    store.read_catalogue();
    Ok(store)
}

/// A table, and the columns that name a row.
struct Table {
    name: String,
    columns: usize,
    key: Vec<String>,
}

fn tables(db: &Connection) -> Result<Vec<Table>, StoreError> {
    let mut names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")?;
    let names = names.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let mut tables = Vec::with_capacity(names.len());
    for name in names {
        let mut info = db.prepare(&format!("PRAGMA table_info({name})"))?;
        let columns: Vec<(String, i64)> =
            info.query_map([], |row| Ok((row.get(1)?, row.get(5)?)))?.collect::<Result<_, _>>()?;
        let mut key: Vec<(i64, String)> = columns
            .iter()
            .filter(|(_, place)| *place > 0)
            .map(|(name, place)| (*place, name.clone()))
            .collect();
        key.sort();
        let key = key.into_iter().map(|(_, name)| name).collect();
        tables.push(Table { name, columns: columns.len(), key });
    }
    Ok(tables)
}

/// The damaged file.
struct Damaged<'p> {
    place: &'p Place,
}

/// Why a copy ended: at the damage, or because the new file cannot be written.
enum Ended {
    AtDamage,
    Writing(StoreError),
}

impl Damaged<'_> {
    /// Does `read` with a connection of its own, since one that met the damage reads nothing any more.
    fn reading<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Ended>) -> Result<T, Ended> {
        let connection = self.place.connect().map_err(|_| Ended::AtDamage)?;
        read(&connection)
    }

    /// Gives each row of a query to `take`, from both ends. `order` names the columns that name a row.
    fn each(
        &self,
        select: &str,
        order: &[String],
        mut take: impl FnMut(&rusqlite::Row<'_>) -> Result<(), Ended>,
    ) -> Result<(), StoreError> {
        for direction in ["", " DESC"] {
            let order: Vec<String> = order.iter().map(|column| format!("{column}{direction}")).collect();
            let sql = format!("{select} ORDER BY {}", order.join(", "));
            let read = self.reading(|old| {
                let damage = |_: rusqlite::Error| Ended::AtDamage;
                let mut query = old.prepare(&sql).map_err(damage)?;
                let mut rows = query.query([]).map_err(damage)?;
                while let Some(row) = rows.next().map_err(damage)? {
                    take(row)?;
                }
                Ok(())
            });
            match read {
                Ok(()) => return Ok(()),
                Err(Ended::Writing(error)) => return Err(error),
                Err(Ended::AtDamage) => {}
            }
        }
        Ok(())
    }

    fn copy(&self, table: &Table, new: &Connection) -> Result<(), StoreError> {
        let values = vec!["?"; table.columns].join(", ");
        let writing = |error: rusqlite::Error| Ended::Writing(error.into());
        let mut insert = new.prepare(&format!("INSERT OR IGNORE INTO {} VALUES ({values})", table.name))?;
        self.each(&format!("SELECT * FROM {}", table.name), &table.key, |row| {
            let values = (0..table.columns).map(|column| row.get::<_, Value>(column));
            let values = values.collect::<Result<Vec<_>, _>>().map_err(|_| Ended::AtDamage)?;
            insert.execute(params_from_iter(values)).map(drop).map_err(writing)
        })
    }

    /// People and streams whose rows are lost are named by an index too, in other pages of the file. How far such a
    /// stream went is not, so nothing can follow its last record.
    fn recover_names(&self, new: &Connection) -> Result<(), StoreError> {
        let writing = |error: rusqlite::Error| Ended::Writing(error.into());
        let damage = |_: rusqlite::Error| Ended::AtDamage;
        let mut insert =
            new.prepare("INSERT OR IGNORE INTO person (id, person, access, place) VALUES (?1, ?2, 0, 0)")?;
        let select = "SELECT id, person FROM person INDEXED BY sqlite_autoindex_person_1";
        self.each(select, &["person".to_owned()], |row| {
            let (id, person): (i64, Vec<u8>) = (row.get(0).map_err(damage)?, row.get(1).map_err(damage)?);
            insert.execute(params![id, person]).map(drop).map_err(writing)
        })?;
        let mut insert = new.prepare(
            "INSERT OR IGNORE INTO stream (id, person, channel, author, epoch, number, link, receipted)
             VALUES (?1, ?2, ?3, ?4, ?5, -1, zeroblob(32), -1)",
        )?;
        let select =
            "SELECT id, person, channel, author, epoch FROM stream INDEXED BY sqlite_autoindex_stream_1";
        let order = ["person", "channel", "author", "epoch"].map(str::to_owned);
        self.each(select, &order, |row| {
            let values = (0..5).map(|column| row.get::<_, Value>(column));
            let values = values.collect::<Result<Vec<_>, _>>().map_err(damage)?;
            insert.execute(params_from_iter(values)).map(drop).map_err(writing)
        })
    }

    /// The pages that wait, without their bytes: those may be lost alone. That they wait is told by an index.
    fn waiting_pages(&self) -> Result<BTreeMap<i64, LostPage>, StoreError> {
        let (mut waiting, mut pages) = (BTreeSet::new(), BTreeMap::new());
        let damage = |_: rusqlite::Error| Ended::AtDamage;
        let select = "SELECT id FROM page INDEXED BY page_waiting WHERE receipted = 0";
        self.each(select, &["id".to_owned()], |row| {
            waiting.insert(row.get::<_, i64>(0).map_err(damage)?);
            Ok(())
        })?;
        let select = "SELECT id, number, epoch, channel, secret, runs FROM page";
        self.each(select, &["id".to_owned()], |row| {
            if !waiting.contains(&row.get(0).map_err(damage)?) {
                return Ok(());
            }
            let runs: Vec<u8> = row.get(5).map_err(damage)?;
            let page = LostPage {
                number: row.get::<_, i64>(1).map_err(damage)? as u64,
                epoch: Epoch(row.get(2).map_err(damage)?),
                channel: channel_of(row.get(3).map_err(damage)?).map_err(|_| Ended::AtDamage)?,
                secret: PageSecret(row.get(4).map_err(damage)?),
                extents: read(&runs, "page").map_err(|_| Ended::AtDamage)?,
            };
            pages.insert(row.get(0).map_err(damage)?, page);
            Ok(())
        })?;
        Ok(pages)
    }
}

/// A page without its bytes.
struct LostPage {
    number: u64,
    epoch: Epoch,
    channel: Channel,
    secret: PageSecret,
    extents: Vec<Extent>,
}

impl Store {
    fn mend(&mut self, from: &Damaged<'_>, identity: &Identity, drawn: &Drawn) -> Result<(), StoreError> {
        for (id, page) in from.waiting_pages()? {
            let sql = "SELECT 1 FROM page WHERE id = ?1";
            let is_here = self.connection.query_row(sql, [id], |_| Ok(())).optional()?.is_some();
            if !is_here {
                self.make_page_again(id, page, identity)?;
            }
        }
        // A page that is lost leaves its number to the next one.
        self.connection.execute("DELETE FROM sealed WHERE page NOT IN (SELECT id FROM page)", [])?;
        let unlinked = self.settle_recovered(identity.device)?;
        self.move_strays(identity.device, &unlinked, drawn)?;
        // Everything is asked for again, and where records stand is found anew.
        self.connection
            .execute_batch("DELETE FROM cursor; DELETE FROM placed; DELETE FROM meta WHERE key = 'placed'")?;
        self.forget_meta(ACCESS)?;
        self.forget_meta(DIRECTORY)?;
        self.forget_what_is_noted()
    }

    /// A page that is here no more.
    fn make_page_again(&mut self, id: i64, lost: LostPage, identity: &Identity) -> Result<(), StoreError> {
        let page =
            PageId { author: identity.device, epoch: lost.epoch, number: lost.number, channel: lost.channel };
        let Some((made, _)) = self.made_again(page, &lost.secret, &lost.extents, identity)? else {
            return Ok(());
        };
        let bytes = PackedPage::of(&made).0;
        let sql = "INSERT INTO page (id, number, epoch, channel, secret, runs, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let (number, channel) = (lost.number as i64, lost.channel as i64);
        let values =
            params![id, number, &lost.epoch.0[..], channel, &lost.secret.0[..], write(&lost.extents), bytes];
        self.connection.execute(sql, values)?;
        Ok(())
    }

    /// How far the streams went of which only the name is left: the pages tell of the device's own, the journal of the
    /// others'. The own ones among them: nothing can follow their last record.
    fn settle_recovered(&mut self, device: AuthorId) -> Result<BTreeSet<i64>, StoreError> {
        let (mut paged, mut receipted) = (BTreeMap::new(), BTreeMap::new());
        for (key, last, has_receipt) in self.page_ends()? {
            let end: &mut u64 = paged.entry(key).or_default();
            *end = last.max(*end);
            if has_receipt {
                let end: &mut u64 = receipted.entry(key).or_default();
                *end = last.max(*end);
            }
        }
        let sql = "UPDATE stream SET receipted = 0, number = coalesce((SELECT max(number) FROM journal
                   WHERE stream = stream.id), 0) WHERE number < 0 AND author <> ?1";
        self.connection.execute(sql, [&device.0[..]])?;
        let mut unlinked = BTreeSet::new();
        for (id, key) in self.own_streams(device, "s.number < 0")? {
            let end = |of: &BTreeMap<StreamKey, u64>| of.get(&key).copied().unwrap_or(0) as i64;
            let sql = "UPDATE stream SET number = ?2, receipted = ?3 WHERE id = ?1";
            self.connection.execute(sql, params![id, end(&paged), end(&receipted)])?;
            unlinked.insert(id);
        }
        Ok(unlinked)
    }

    /// The device's own streams of which this is so.
    fn own_streams(&self, device: AuthorId, so: &str) -> Result<Vec<(i64, StreamKey)>, StoreError> {
        let mut query = self.connection.prepare(&format!(
            "SELECT s.id, s.epoch, s.channel, p.person FROM stream s JOIN person p ON p.id = s.person
             WHERE s.author = ?1 AND {so}"
        ))?;
        let mut rows = query.query([&device.0[..]])?;
        let mut streams = Vec::new();
        while let Some(row) = rows.next()? {
            let key = (Epoch(row.get(1)?), channel_of(row.get(2)?)?, PersonId(row.get(3)?));
            streams.push((row.get(0)?, key));
        }
        Ok(streams)
    }

    /// Own records without a receipt that are in no page and cannot go into the open one of their epoch: those that a
    /// lost page may have taken to the server wait for what it has; the others go on in a new epoch, in the order in which
    /// they were made.
    fn move_strays(
        &mut self,
        device: AuthorId,
        unlinked: &BTreeSet<i64>,
        drawn: &Drawn,
    ) -> Result<(), StoreError> {
        let mut numbers: BTreeMap<StreamId, u64> = BTreeMap::new();
        let mut waiting = Strays::new();
        for stray in self.out_of_pages(device, unlinked)? {
            let Stray { id, person, channel, may_be_on_server } = stray;
            let stream_of = |epoch| StreamId { person, channel, author: device, epoch };
            if let Some((epoch, number)) = may_be_on_server {
                waiting.insert((stream_of(epoch), number));
                continue;
            }
            let stream = stream_of(drawn.epoch);
            let head = self.head(stream)?.id;
            let number = numbers.entry(stream).or_default();
            *number += 1;
            let sql = "UPDATE journal SET stream = ?2, number = ?3 WHERE id = ?1";
            self.connection.execute(sql, params![id, head, *number as i64])?;
        }
        for stream in numbers.keys() {
            self.set_meta(meta_key(stream.channel), &drawn.secret)?;
        }
        self.await_strays(&waiting)?;
        // What a stream has lost waits for nothing any more: all that is left of it is receipted, in a page, or a stray.
        let first_waiting = self.first_waiting()?;
        for (id, key) in self.own_streams(device, "1")? {
            let receipted = first_waiting.get(&key).map(|first| *first as i64 - 1);
            let sql = "UPDATE stream SET receipted = coalesce(?2, number) WHERE id = ?1";
            self.connection.execute(sql, params![id, receipted])?;
        }
        self.cache.heads.clear();
        Ok(())
    }

    fn out_of_pages(&self, device: AuthorId, unlinked: &BTreeSet<i64>) -> Result<Vec<Stray>, StoreError> {
        let in_pages = self.waiting_stretches()?;
        let mut query = self.connection.prepare(
            "SELECT j.id, p.person, s.channel, s.epoch, j.number, s.number, s.id
             FROM journal j JOIN stream s ON s.id = j.stream JOIN person p ON p.id = s.person
             WHERE s.author = ?1 AND j.number > s.receipted AND j.header IS NOT NULL ORDER BY j.id",
        )?;
        let mut rows = query.query([&device.0[..]])?;
        let (mut strays, mut open, mut is_broken) = (Vec::new(), Vec::new(), false);
        let mut next: BTreeMap<i64, u64> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (number, paged) = (row.get::<_, i64>(4)? as u64, row.get::<_, i64>(5)? as u64);
            let (person, channel) = (PersonId(row.get(1)?), channel_of(row.get(2)?)?);
            let (stream, key): (i64, StreamKey) = (row.get(6)?, (Epoch(row.get(3)?), channel, person));
            let covers = |(first, last): &(u64, u64)| (*first..=*last).contains(&number);
            if in_pages.get(&key).is_some_and(|stretches| stretches.iter().any(covers)) {
                continue;
            }
            let stray = Stray { id: row.get(0)?, person, channel, may_be_on_server: None };
            if number <= paged || unlinked.contains(&stream) {
                // Nobody is ever sent what is sealed to recipients, not even who wrote it.
                let comes_again = channel != Channel::Restricted;
                strays.push(Stray { may_be_on_server: comes_again.then_some((key.0, number)), ..stray });
                continue;
            }
            let expected = next.entry(stream).or_insert(paged + 1);
            is_broken |= number != *expected;
            *expected = number + 1;
            open.push(stray);
        }
        // An open page is of one epoch: with a stray, or a gap, all that is in it goes along.
        if is_broken || !strays.is_empty() {
            strays.extend(open);
            strays.sort_by_key(|stray| stray.id);
        }
        Ok(strays)
    }
}

/// An own record that is in no page.
struct Stray {
    id: i64,
    person: PersonId,
    channel: Channel,
    /// The epoch and number under which a lost page may have taken it to the server.
    may_be_on_server: Option<(Epoch, u64)>,
}
