//! How fast each stop of the pipeline is by itself, and the whole run: comment text a second and comments a second.
//!
//! Not for accuracy, and not a comparison with other programs. `read`, `segment`, `match`, `tag`, `count` and `write` run in one
//! thread on a part of the corpus that is ready in memory (`read` and `whole` take all of it from its file); `whole` is
//! `verbatim::run` into an empty folder, start-up and lexicon included, with a thread for each processor. The rate in bytes counts
//! comment text only, in MiB.

mod corpus;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Float64Type;
use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use verbatim::contribution::{DriverTree, Grouping, Respondent};
use verbatim::engine::{Quiet, config::driver_tree};
use verbatim::survey::{self, ReadOptions, Reader, Source, Wanted};
use verbatim::tables::{Layout, PartWriter, comments_rows, comments_schema, mentions_rows, mentions_schema};
use verbatim::tag::tagger::TaggerOptions;
use verbatim::text::{Folded, Normalizer, Run, SegmentOptions, Segmenters, runs};
use verbatim::types::{Band, Residual, Said, Stance, Voices, Weight};
use verbatim::{Cells, Lexicon, RunConfig, Tagger};

use corpus::Corpus;

/// The lexicon with the most terms.
const LEXICON: &str = "appliance";
/// Bytes of the corpus in the stops that take one batch in memory.
const BATCH: usize = 4 * 1024 * 1024;

/// What a run finds out before its first batch.
struct Ready {
    corpus: Corpus,
    sources: Vec<Source>,
    mapping: survey::Mapping,
    layout: Layout,
    lexicon: Arc<Lexicon>,
    tree: Arc<DriverTree>,
    tagger: Tagger,
    /// Respondents of the first batch.
    respondents: RecordBatch,
}

impl Ready {
    fn new() -> Self {
        let corpus = Corpus::make();
        say(&corpus.origin);
        let read = ReadOptions { block_bytes: BATCH, ..ReadOptions::default() };
        let sources = survey::open(&[corpus.path.display().to_string()], &read).expect("the corpus");
        let sample = survey::sample(&sources).expect("the corpus has rows");
        let (mapping, _) = survey::map_columns(&sample, &wanted()).expect("the corpus has these columns");
        let raw = reader(&sources, &mapping, &read).next().expect("a batch").expect("rows that can be read");
        let (respondents, _) = survey::respondents(&raw, &sources[0], &mapping).expect("respondents");
        let lexicon = Arc::new(Lexicon::load(&[LEXICON]).expect("a bundled lexicon"));
        let tagger = Tagger::new(Arc::clone(&lexicon), TaggerOptions::default()).expect("the built-in segmenters");
        let tree = driver_tree(&lexicon).expect("the lexicon's drivers are a tree");
        let layout = Layout::from(&mapping);
        Self { corpus, sources, mapping, layout, lexicon, tree, tagger, respondents }
    }

    /// The comments of the first batch.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let column = self.respondents.column_by_name("text").expect("one column of comments");
        column.as_string::<i32>().iter().flatten()
    }

    /// What one pass over the first batch takes in.
    fn batch_throughput(&self) -> Throughput {
        let bytes = self.texts().map(|text| text.len() as u64).sum();
        Throughput::ElementsAndBytes { elements: self.respondents.num_rows() as u64, bytes }
    }

    /// What one pass over the corpus takes in.
    fn corpus_throughput(&self) -> Throughput {
        Throughput::ElementsAndBytes { elements: self.corpus.comments, bytes: self.corpus.bytes }
    }

    /// The first batch as rows of `comments` and `mentions`, under one period.
    fn tables(&self) -> [RecordBatch; 2] {
        let tags = self.tagger.tag(&self.respondents).expect("tags");
        let comments = comments_rows(&self.respondents, &tags, &self.layout).expect("rows of comments");
        [comments, mentions_rows(self.respondents.column(0), &tags).expect("rows of mentions")]
    }
}

#[expect(clippy::print_stderr, reason = "whoever reads the figures must know what they are of")]
fn say(origin: &str) {
    eprintln!("corpus: {origin}");
}

fn wanted() -> Wanted {
    let named = |name: &str| Some(name.to_owned());
    Wanted {
        id: named("id"),
        score: named("score"),
        date: named("date"),
        date_format: named("%Y-%m-%d"),
        scale: named("0-10"),
        texts: vec![("text".to_owned(), verbatim::types::Role::Why)],
        by: vec!["product".to_owned(), "region".to_owned()],
        period: Some(survey::Granularity::Month),
        ..Wanted::default()
    }
}

fn reader(sources: &[Source], mapping: &survey::Mapping, read: &ReadOptions) -> Reader {
    Reader::new(sources.to_vec(), mapping, read).expect("a reader of the corpus")
}

fn read(group: &mut BenchmarkGroup<'_, WallTime>, ready: &Ready) {
    group.throughput(ready.corpus_throughput());
    let options = ReadOptions::default();
    group.bench_function("read", |bench| {
        bench.iter(|| {
            let mut rows = 0;
            for raw in reader(&ready.sources, &ready.mapping, &options) {
                let raw = raw.expect("rows that can be read");
                let (batch, rejects) = survey::respondents(&raw, &ready.sources[raw.source], &ready.mapping)
                    .expect("respondents of a batch");
                rows += batch.num_rows() + rejects.len();
            }
            assert_eq!(rows as u64, ready.corpus.comments);
        });
    });
}

fn segment(group: &mut BenchmarkGroup<'_, WallTime>, ready: &Ready, folded: &[Folded]) {
    let user_words = ready.lexicon.user_words().to_vec();
    let segmenters =
        Segmenters::new(&SegmentOptions { user_words, ..SegmentOptions::default() }).expect("the built-in segmenters");
    let cut: Vec<(&str, Vec<Run>)> = folded
        .iter()
        .map(|text| {
            let mut of_text = Vec::new();
            runs(&text.text, &mut of_text);
            (text.text.as_str(), of_text)
        })
        .collect();
    let mut tokens = Vec::new();
    group.bench_function("segment", |bench| {
        bench.iter(|| {
            for (text, runs) in &cut {
                tokens.clear();
                for run in runs {
                    segmenters.segment(text, run, &mut tokens);
                }
                black_box(&tokens);
            }
        });
    });
}

fn match_terms(group: &mut BenchmarkGroup<'_, WallTime>, ready: &Ready, folded: &[Folded]) {
    group.bench_function("match", |bench| {
        let joins = ready.tagger.joins();
        bench.iter(|| folded.iter().map(|text| ready.lexicon.count_places(black_box(text), joins)).sum::<usize>());
    });
}

fn tag(group: &mut BenchmarkGroup<'_, WallTime>, ready: &Ready) {
    group.bench_function("tag", |bench| {
        bench.iter(|| ready.tagger.tag(black_box(&ready.respondents)).expect("tags"));
    });
}

/// A respondent that owns what [`Respondent`] borrows.
struct Counted {
    period: String,
    segments: [String; 2],
    score: Option<f64>,
    band: Option<Band>,
    said: Vec<Said>,
    residual: Option<Residual>,
}

fn counted(ready: &Ready, comments: &RecordBatch) -> Vec<Counted> {
    let text = |batch: &RecordBatch, name: &str| batch.column_by_name(name).expect(name).as_string::<i32>().clone();
    let periods = text(&ready.respondents, "period");
    let [product, region, band, residual] =
        ["seg_product", "seg_region", "band", "residual"].map(|name| text(comments, name));
    let scores = comments.column_by_name("score").expect("scores").as_primitive::<Float64Type>();
    let lists = comments.column_by_name("drivers").expect("drivers").as_list::<i32>();
    (0..comments.num_rows())
        .map(|row| {
            let said = lists.value(row);
            let [drivers, stances] = [0, 1].map(|at| said.as_struct().column(at).as_string::<i32>());
            let stance = |(driver, stance): (Option<&str>, Option<&str>)| {
                Some(Said::from((ready.lexicon.driver_ix(driver?)?, Stance::parse(stance?)?)))
            };
            Counted {
                period: periods.value(row).to_owned(),
                segments: [product.value(row).to_owned(), region.value(row).to_owned()],
                score: scores.is_valid(row).then(|| scores.value(row)),
                band: Band::parse(band.value(row)),
                said: drivers.iter().zip(stances.iter()).filter_map(stance).collect(),
                residual: Residual::parse(residual.value(row)),
            }
        })
        .collect()
}

/// Two threads' worth of sums, merged, and the figures of every cell.
fn count(group: &mut BenchmarkGroup<'_, WallTime>, ready: &Ready, comments: &RecordBatch) {
    let respondents = counted(ready, comments);
    let grouping = Grouping::standard(ready.layout.segments.len());
    let cells_of = |part: &[Counted]| {
        let mut cells = Cells::new(Arc::clone(&ready.tree), ready.layout.segments.clone());
        for one in part {
            let [product, region] = &one.segments;
            cells.add(&Respondent {
                period: &one.period,
                segments: &[product, region],
                score: one.score,
                band: one.band,
                weight: Weight::ONE,
                said: &one.said,
                voices: Voices::NONE,
                residual: one.residual,
            });
        }
        cells
    };
    group.bench_function("count", |bench| {
        bench.iter(|| {
            let (left, right) = respondents.split_at(respondents.len() / 2);
            let mut cells = cells_of(left);
            cells.merge(cells_of(right));
            cells.finish(&grouping)
        });
    });
}

fn write(group: &mut BenchmarkGroup<'_, WallTime>, ready: &Ready, [comments, mentions]: &[RecordBatch; 2]) {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let parts = [(comments, comments_schema(&ready.layout)), (mentions, mentions_schema())];
    group.bench_function("write", |bench| {
        bench.iter(|| {
            for (at, (rows, schema)) in parts.iter().enumerate() {
                let mut writer = PartWriter::create(&folder.path().join(at.to_string()), schema).expect("a new file");
                writer.push(rows).expect("rows go to the file");
                black_box(writer.finish().expect("the file is whole"));
            }
        });
    });
}

fn whole(group: &mut BenchmarkGroup<'_, WallTime>, ready: &Ready) {
    group.throughput(ready.corpus_throughput());
    group.bench_function("whole", |bench| {
        bench.iter_batched(
            || tempfile::tempdir().expect("a folder for temporary files"),
            |folder| {
                let config = RunConfig {
                    inputs: vec![ready.corpus.path.display().to_string()],
                    wanted: wanted(),
                    lexicons: vec![LEXICON.to_owned()],
                    out: folder.path().join("out"),
                    ..RunConfig::default()
                };
                let report = verbatim::run(&config, &Quiet).expect("a run over the corpus");
                assert_eq!(report.rows_in, ready.corpus.comments);
                folder
            },
            BatchSize::PerIteration,
        );
    });
}

fn stops(criterion: &mut Criterion) {
    let ready = Ready::new();
    let normalizer = Normalizer::new().expect("the built-in tables");
    let folded: Vec<Folded> = ready
        .texts()
        .map(|text| {
            let mut folded = Folded::default();
            normalizer.fold(text, &mut folded);
            folded
        })
        .collect();
    let tables = ready.tables();

    let mut group = criterion.benchmark_group("stops");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    read(&mut group, &ready);
    group.throughput(ready.batch_throughput());
    segment(&mut group, &ready, &folded);
    match_terms(&mut group, &ready, &folded);
    tag(&mut group, &ready);
    count(&mut group, &ready, &tables[0]);
    write(&mut group, &ready, &tables);
    whole(&mut group, &ready);
    group.finish();
}

criterion_group!(benches, stops);
criterion_main!(benches);
