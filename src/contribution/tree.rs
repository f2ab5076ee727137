//! The drivers and their parents, as numbers: who is whose child, who is a leaf.
//!
//! Not for names, terms or attributes of drivers: those are the lexicon's, and this folder knows no text.

use std::collections::HashMap;

use crate::error::{Error, ErrorKind, Result};
pub use crate::types::DriverIx;
use crate::types::Residual;

/// The id of the score's own row in tables of drivers.
pub const SCORE: &str = "nps";

/// The largest number of drivers that a tree takes.
const MOST: usize = 65_000;

/// An attribute by which drivers are summed across the tree, such as the dimension of service quality that they belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollup {
    /// The attribute's id.
    pub id: String,
    /// The ids of its values, in the order in which tables list them.
    pub values: Vec<String>,
    /// By driver: the value's place in `values`; none where the driver has none. What is said of a parent by its own terms counts by
    /// the parent's value.
    pub of: Vec<Option<u16>>,
}

impl Rollup {
    /// The id that stands in the driver column of tables: `servqual:empathy`; `servqual:(none)` for drivers without a value.
    pub fn row_id(&self, value: Option<u16>) -> String {
        let value = value.and_then(|value| self.values.get(usize::from(value)));
        format!("{}:{}", self.id, value.map_or("(none)", String::as_str))
    }
}

/// The drivers and their parents, any depth; leaves are drivers without children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriverTree {
    ids: Vec<String>,
    by_id: HashMap<String, DriverIx>,
    parents: Vec<Option<DriverIx>>,
    leaf: Vec<bool>,
    /// Distance from the top: 0 for a driver without parent.
    depth: Vec<u16>,
    /// Place in a walk that visits a parent before its children, and those side by side.
    walk: Vec<u16>,
    rollups: Vec<Rollup>,
}

impl DriverTree {
    /// The tree of these drivers, each with the id of its parent; a parent may stand after its children.
    ///
    /// Errors are of kind [`ErrorKind::Lexicon`]: `too_many_drivers` (more than 65 000), `duplicate_driver`, `unknown_parent`,
    /// `driver_cycle`, and `reserved_driver` where an id is that of a residual bucket, of the score ([`SCORE`]) or of a parent's implicit
    /// leaf (`<parent>.general`), since tables tell rows apart by that id.
    pub fn new(drivers: Vec<(String, Option<String>)>) -> Result<Self> {
        let wrong = |code, message| Error::new(ErrorKind::Lexicon, code, message);
        if drivers.len() > MOST {
            return Err(wrong("too_many_drivers", format!("{} drivers; at most {MOST} are possible", drivers.len())));
        }
        let mut by_id = HashMap::with_capacity(drivers.len());
        for (at, (id, _)) in drivers.iter().enumerate() {
            if Residual::parse(id).is_some() || id == SCORE {
                let message = format!("the driver id {id} is that of a residual bucket, or of the score itself");
                return Err(wrong("reserved_driver", message));
            }
            if by_id.insert(id.clone(), DriverIx(at as u16)).is_some() {
                return Err(wrong("duplicate_driver", format!("the driver {id} is there twice")));
            }
        }
        let mut parents = Vec::with_capacity(drivers.len());
        let mut leaf = vec![true; drivers.len()];
        for (id, parent) in &drivers {
            let parent = match parent {
                None => None,
                Some(parent) => Some(*by_id.get(parent).ok_or_else(|| {
                    wrong("unknown_parent", format!("the driver {id} has the parent {parent}, which does not exist"))
                })?),
            };
            if let Some(DriverIx(at)) = parent {
                leaf[usize::from(at)] = false;
            }
            parents.push(parent);
        }
        let ids: Vec<String> = drivers.into_iter().map(|(id, _)| id).collect();
        for (id, is_leaf) in ids.iter().zip(&leaf) {
            let implicit = format!("{id}.general");
            if !is_leaf && by_id.contains_key(&implicit) {
                let message = format!("the driver id {implicit} is that of the implicit leaf of {id}");
                return Err(wrong("reserved_driver", message));
            }
        }
        let (depth, walk, visited) = walk_down(&parents);
        if visited < ids.len() {
            // What a walk from the top does not reach hangs below itself.
            let lost = walk.iter().position(|place| *place == u16::MAX).unwrap_or_default();
            return Err(wrong("driver_cycle", format!("the driver {} is below itself", ids[lost])));
        }
        Ok(Self { ids, by_id, parents, leaf, depth, walk, rollups: Vec::new() })
    }

    /// The same drivers with these attributes; each has one entry for each driver.
    ///
    /// Errors are of kind [`ErrorKind::Lexicon`]: `bad_rollup` where an attribute has another number of entries than there are drivers,
    /// or an entry is no value of it; `reserved_driver` where a driver has the id of one of their rows.
    pub fn with_rollups(mut self, rollups: Vec<Rollup>) -> Result<Self> {
        let wrong = |code, message| Err(Error::new(ErrorKind::Lexicon, code, message));
        for rollup in &rollups {
            let values = rollup.values.len();
            let fits = |value: &Option<u16>| value.is_none_or(|value| usize::from(value) < values);
            if rollup.of.len() != self.len() || !rollup.of.iter().all(fits) {
                return wrong("bad_rollup", format!("the attribute {} does not fit the drivers", rollup.id));
            }
            let mut rows = (0..values as u16).map(Some).chain([None]).map(|value| rollup.row_id(value));
            if let Some(row) = rows.find(|row| self.by_id.contains_key(row)) {
                return wrong("reserved_driver", format!("the driver id {row} is that of a roll-up"));
            }
        }
        self.rollups = rollups;
        Ok(self)
    }

    /// The attributes by which drivers are summed across the tree.
    pub fn rollups(&self) -> &[Rollup] {
        &self.rollups
    }

    /// The driver with this id.
    pub fn ix(&self, id: &str) -> Option<DriverIx> {
        self.by_id.get(id).copied()
    }

    /// The id of a driver.
    ///
    /// # Panics
    /// Where the driver is of another, larger tree; so do all methods that take a driver.
    pub fn id(&self, driver: DriverIx) -> &str {
        &self.ids[usize::from(driver.0)]
    }

    /// The driver's parent; none at the top.
    pub fn parent(&self, driver: DriverIx) -> Option<DriverIx> {
        self.parents[usize::from(driver.0)]
    }

    /// Whether the driver has no children.
    pub fn is_leaf(&self, driver: DriverIx) -> bool {
        self.leaf[usize::from(driver.0)]
    }

    /// Distance from the top: 0 for a driver without parent.
    pub fn depth(&self, driver: DriverIx) -> u16 {
        self.depth[usize::from(driver.0)]
    }

    /// How many drivers there are, parents included.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no driver at all.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// All drivers, in the order in which they were given.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = DriverIx> + use<> {
        // `new` lets no more through than fit.
        (0..self.ids.len() as u16).map(DriverIx)
    }

    /// The drivers above this one, the nearest first.
    pub fn ancestors(&self, driver: DriverIx) -> impl Iterator<Item = DriverIx> + '_ {
        std::iter::successors(self.parent(driver), |above| self.parent(*above))
    }

    /// The driver itself or that of its ancestors which is `depth` below the top; the driver itself where it is not that deep.
    pub(super) fn at_depth(&self, mut driver: DriverIx, depth: u16) -> DriverIx {
        while self.depth(driver) > depth {
            match self.parent(driver) {
                Some(parent) => driver = parent,
                None => break,
            }
        }
        driver
    }

    /// A number by which drivers of one subtree stand side by side when sorted.
    pub(super) fn walk_place(&self, driver: DriverIx) -> u16 {
        self.walk[usize::from(driver.0)]
    }
}

/// Depth and place of each driver in a walk from the top, and how many drivers the walk reached.
fn walk_down(parents: &[Option<DriverIx>]) -> (Vec<u16>, Vec<u16>, usize) {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); parents.len()];
    let mut open = Vec::new();
    for (at, parent) in parents.iter().enumerate().rev() {
        match parent {
            Some(DriverIx(above)) => children[usize::from(*above)].push(at),
            None => open.push((at, 0)),
        }
    }
    let mut depth = vec![0; parents.len()];
    let mut walk = vec![u16::MAX; parents.len()];
    let mut visited = 0;
    while let Some((at, below)) = open.pop() {
        depth[at] = below;
        walk[at] = visited as u16;
        visited += 1;
        open.extend(children[at].iter().map(|child| (*child, below + 1)));
    }
    (depth, walk, visited)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(drivers: &[(&str, &str)]) -> Result<DriverTree> {
        let owned = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        DriverTree::new(drivers.iter().map(|(id, parent)| ((*id).to_owned(), owned(parent))).collect())
    }

    #[test]
    fn parents_may_stand_after_their_children_and_at_any_depth() {
        let tree = tree(&[("noise", "product"), ("product", ""), ("compressor", "noise"), ("price", "")]).unwrap();
        let [noise, product, compressor, price] = [0, 1, 2, 3].map(DriverIx);
        assert_eq!(tree.ix("noise"), Some(noise));
        assert_eq!(tree.ix("smell"), None);
        assert_eq!(tree.id(price), "price");
        assert_eq!(tree.parent(noise), Some(product));
        assert_eq!(tree.ancestors(compressor).collect::<Vec<_>>(), [noise, product]);
        assert_eq!(tree.iter().map(|d| tree.is_leaf(d)).collect::<Vec<_>>(), [false, false, true, true]);
        assert_eq!(tree.iter().map(|d| tree.depth(d)).collect::<Vec<_>>(), [1, 0, 2, 0]);
        assert_eq!(tree.at_depth(compressor, 1), noise);
        assert_eq!((tree.len(), tree.is_empty()), (4, false));
    }

    #[test]
    fn a_tree_that_is_none_is_refused() {
        for (drivers, code) in [
            (&[("a", "b")][..], "unknown_parent"),
            (&[("a", ""), ("a", "")], "duplicate_driver"),
            (&[("a", "a")], "driver_cycle"),
            (&[("c", ""), ("a", "b"), ("b", "a")], "driver_cycle"),
            (&[("no_comment", "")], "reserved_driver"),
            (&[("nps", "")], "reserved_driver"),
            (&[("a", ""), ("b", "a"), ("a.general", "a")], "reserved_driver"),
        ] {
            assert_eq!(tree(drivers).unwrap_err().code(), code, "{drivers:?}");
        }
        let many = (0..=MOST).map(|i| (i.to_string(), None)).collect();
        assert_eq!(DriverTree::new(many).unwrap_err().code(), "too_many_drivers");
        assert!(tree(&[("a", ""), ("a.general", "")]).is_ok(), "a leaf has no implicit leaf");
    }
}
