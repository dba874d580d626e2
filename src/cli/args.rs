//! Arguments of the command line. The doc comments of fields and variants are the help texts.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::batch::BatchShard;

/// 版面 Banmian：把一版稿件排成可付印的报纸版面。 Typesets Chinese broadsheet pages from article records.
#[derive(Debug, Parser)]
#[command(name = "banmian", version, propagate_version = true)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: CliCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CliCommand {
    /// 排一个版：稿件记录（JSON）或纯文本稿 → PDF、预览、记录。 Typeset one page from a record or plain copy
    Render(RenderArgs),
    /// 批量排版：文件或目录 → 同样结构的输出目录，中断后可续排。 Typeset many pages; a stopped run can be resumed
    #[command(after_help = BATCH_EXITS)]
    Batch(BatchArgs),
    /// 只组版，不出文件：给出若干方案（JSON）。 Print candidate layouts of a page as JSON, without rendering it
    Plan(PlanArgs),
    /// 量一篇稿件在各栏数下的行数和高度（JSON）。 Measure one article at several column counts, as JSON
    Measure(MeasureArgs),
    /// 逐行说明一篇稿件为何这样断行。 Explain the line breaks of one article, line by line
    Explain(ExplainArgs),
    /// 出一篇稿件的小样（单栏）。 Set the galley of one article
    Galley(GalleyArgs),
    /// 检查一个成品 PDF 能否付印。 Check whether a finished PDF is ready for press
    Preflight(PreflightArgs),
    /// 启动服务（gRPC、gRPC-web、HTTP）。 Start the server (gRPC, gRPC-web, HTTP)
    Serve(ServeArgs),
    /// 列出字体及其许可，检查报社自备的字体。 List fonts and their licences, and check custom fonts
    Fonts(FontsArgs),
    /// 打印稿件记录的 JSON Schema 或 HTTP 接口的 OpenAPI 文档。 Print the JSON Schema or OpenAPI document
    Schema(SchemaArgs),
}

/// Arguments of every command that sets copy.
#[derive(Clone, Debug, Args)]
pub(crate) struct CommonArgs {
    /// 配置文件（TOML）。 Configuration file (TOML)
    #[arg(long, env = "BANMIAN_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// 另加的版式规范文件（TOML），可重复。 Additional house style file (TOML), repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) house_style: Vec<PathBuf>,
    /// 报社自备字体的文件夹（TTF、OTF、TTC），可含 fonts.toml。 Folder of custom fonts (TTF, OTF, TTC)
    #[arg(long, env = "BANMIAN_FONTS", value_name = "DIR")]
    pub(crate) fonts: Option<PathBuf>,
}

/// Input of a command, and its style.
#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// 稿件记录（JSON）或纯文本稿；`-` 读标准输入。 Record as JSON, or plain copy; `-` reads standard input
    #[arg(value_name = "INPUT")]
    pub(crate) input: PathBuf,
    #[command(flatten)]
    pub(crate) look: LookArgs,
    /// 上一次的版面几何（JSON）：稿件尽量留在原处。 Previous geometry: articles stay in place if possible
    #[arg(long, value_name = "FILE")]
    pub(crate) previous: Option<PathBuf>,
    /// 即使给出上一次的版面，也重新组版。 Make the page up from scratch, even with --previous
    #[arg(long)]
    pub(crate) free: bool,
}

/// Style that replaces the one of the record.
#[derive(Debug, Args)]
pub(crate) struct LookArgs {
    /// 版式规范名，优先于记录中的。 House style; overrides the record
    #[arg(long, value_name = "NAME")]
    pub(crate) style: Option<String>,
    /// 密度档，优先于记录中的：dense news six theory easy feature。 Density step; overrides the record
    #[arg(long, value_name = "NAME")]
    pub(crate) step: Option<String>,
}

/// Request for a page.
#[derive(Debug, Args)]
pub(crate) struct OrderArgs {
    /// 输出哪些文件。 Files to write
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [MakeArg::Pdf, MakeArg::Png, MakeArg::Json])]
    pub(crate) make: Vec<MakeArg>,
    /// 排不下时怎么办。 Policy for copy that does not fit
    #[arg(long, value_enum, default_value_t = PolicyArg::Strict)]
    pub(crate) policy: PolicyArg,
    /// 预览分辨率。 Resolution of the preview
    #[arg(long, value_name = "DPI", default_value_t = 0, hide_default_value = true)]
    pub(crate) dpi: u32,
    /// 付印 PDF 规格：pdfx-1a 或 pdfx-4，默认按版式规范。 Press PDF profile; default: from the house style
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub(crate) profile: String,
    /// 校样的校次。 Round of the proof
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) round: u32,
    /// 校样的编辑。 Editor of the proof
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub(crate) editor: String,
    /// 写入文件的创建时间（RFC 3339），默认为出版日期。 Creation time written into the files; default: date of issue
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    pub(crate) stamp: String,
    /// 图片目录：按标识（文件名）或 SHA-256 查找。 Picture directory, searched by id (file name) or SHA-256
    #[arg(long, value_name = "DIR")]
    pub(crate) pictures: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// 输出目录。 Output directory, created if missing
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) order: OrderArgs,
    /// 上一校次的稿件：校样上标出改动。 Record of the previous round: the proof marks the changes
    #[arg(long, value_name = "FILE")]
    pub(crate) since: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// 也列出提示。 List notes too, not only errors and warnings
    #[arg(short, long)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Server of `--remote`.
#[derive(Debug, Args)]
pub(crate) struct ServerArgs {
    /// 由正在运行的服务来排（http:// 或 https://）。 Render on a running server
    #[arg(long, env = "BANMIAN_REMOTE", value_name = "URL")]
    pub(crate) remote: Option<String>,
    /// 服务证书的签发机构（PEM），默认用系统的。 CA certificates that verify the server; default: the system's
    #[arg(long, env = "BANMIAN_CA", value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// 客户端证书（PEM）。 Client certificate
    #[arg(long, env = "BANMIAN_CERT", value_name = "FILE", requires = "key")]
    pub(crate) cert: Option<PathBuf>,
    /// 客户端证书的私钥（PEM）。 Private key of the client certificate
    #[arg(long, env = "BANMIAN_KEY", value_name = "FILE", requires = "cert")]
    pub(crate) key: Option<PathBuf>,
    /// 令牌文件；也可用环境变量 BANMIAN_TOKEN。 File with the token; or set the variable BANMIAN_TOKEN
    #[arg(long, env = "BANMIAN_TOKEN_FILE", value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
}

/// Format of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogArg {
    /// 每行一个 JSON 对象。 One JSON object per line
    Json,
    /// 便于阅读的文本。 Human-readable text
    Text,
    /// 只记程序内部错误。 Internal errors only
    Off,
}

/// Help text on the exit codes of `batch`.
const BATCH_EXITS: &str = "\
退出码：0 全部完成；1 有的版排不下或印前检查不通过；2 有的稿件有误；64 用法错误；69 服务连不上；70 程序内部错误；
74 文件写不了；75 中途停止，再运行一次即续排。有几种情况时取最重的：70、69、74、75、2、1。
Exit codes: 0 all pages done; 1 some pages do not fit or fail preflight; 2 some input was rejected; 64 usage error;
69 server unreachable; 70 internal error; 74 files cannot be written; 75 stopped early, run again to resume.
If several apply, the most severe wins, in the order 70, 69, 74, 75, 2, 1.";

#[derive(Debug, Args)]
pub(crate) struct BatchArgs {
    /// 稿件记录（.json）、纯文本稿（.txt），或其目录（含下级目录）。 Records, plain copy, or directories of them
    #[arg(value_name = "INPUT", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// 输出目录，结构与输入目录相同。 Output directory, with the same tree as the input
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) look: LookArgs,
    #[command(flatten)]
    pub(crate) order: OrderArgs,
    /// 同时排几版，默认为处理器数；远程时默认 16。 Pages processed at once; default: one per CPU, 16 with --remote
    #[arg(short, long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// 只排 n 份中的第 i 份，i 从 1 起；各份不重不漏。 Process part i of n, from 1; each page is in exactly one part
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<BatchShard>,
    /// 已排好的也重排。 Redo pages that are already done
    #[arg(long)]
    pub(crate) force: bool,
    /// 日志文件，每版一行 JSON，追加写入。 Log file, appended: one line of JSON per page
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Files that can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MakeArg {
    /// 付印 PDF。 Press PDF
    Pdf,
    /// 校样 PDF：付印版面加可关闭的标记层。 Proof: the press page with marks that can be switched off
    Proof,
    /// 读者 PDF：带标签、目录。 PDF for readers: tagged, with an outline
    Web,
    /// 预览图。 Preview
    Png,
    /// 矢量预览图。 Vector preview
    Svg,
    /// 程序理解后的稿件记录。 The record as understood
    Json,
    /// 版面几何。 Geometry
    Geometry,
}

/// Treatment of copy that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyArg {
    /// 报错，不出文件。 Report an error and write no files
    Strict,
    /// 先排能排下的，余稿排在附页。 Set the copy that fits; report the rest and put it on appendix pages
    Mark,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// 方案个数，最多 16。 Number of candidates, at most 16
    #[arg(short, long, default_value_t = 3)]
    pub(crate) candidates: u32,
    /// 图片目录：按标识（文件名）或 SHA-256 查找。 Picture directory, searched by id (file name) or SHA-256
    #[arg(long, value_name = "DIR")]
    pub(crate) pictures: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct MeasureArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// 稿件标识，默认第一篇。 Article id; default: the first
    #[arg(short, long, value_name = "ID")]
    pub(crate) article: Option<String>,
    /// 栏数，可用逗号分隔；默认全部。 Column counts, separated by commas; default: all
    #[arg(long, value_delimiter = ',')]
    pub(crate) columns: Vec<u32>,
    /// 目标行数，用以算出增删字数。 Target number of rows, to compute the characters to cut or add
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub(crate) rows: u32,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// 稿件标识，默认第一篇。 Article id; default: the first
    #[arg(short, long, value_name = "ID", default_value = "", hide_default_value = true)]
    pub(crate) article: String,
    /// 单栏宽多少字，默认按版面上的实际排法。 Width of a single column in 字; default: as set on the page
    #[arg(long, value_name = "N")]
    pub(crate) chars: Option<i64>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct GalleyArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// 稿件标识，默认第一篇。 Article id; default: the first
    #[arg(short, long, value_name = "ID", default_value = "", hide_default_value = true)]
    pub(crate) article: String,
    /// 栏宽多少字，默认按密度档。 Column width in 字; default: that of the density step
    #[arg(long, value_name = "N")]
    pub(crate) chars: Option<i64>,
    /// 输出目录。 Output directory, created if missing
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    pub(crate) output: PathBuf,
    /// 预览分辨率。 Resolution of the preview
    #[arg(long, value_name = "DPI", default_value_t = 0, hide_default_value = true)]
    pub(crate) dpi: u32,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PreflightArgs {
    /// PDF 文件；`-` 读标准输入。 PDF file; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(crate) input: PathBuf,
    /// 标准：pdfx-1a 或 pdfx-4，默认按版式规范。 Standard to check against; default: from the house style
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub(crate) profile: String,
    /// 版式规范名。 Name of the house style
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub(crate) style: String,
    /// 打印 JSON。 Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ServeArgs {
    /// 监听地址，默认 127.0.0.1:50051。 Address to listen on
    #[arg(long, env = "BANMIAN_LISTEN", value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// 同时排几版，默认为处理器数。 Pages processed at once; default: one per CPU
    #[arg(long, env = "BANMIAN_WORKERS", value_name = "N")]
    pub(crate) workers: Option<usize>,
    /// 可以排队等候的请求数。 Length of the request queue
    #[arg(long, env = "BANMIAN_QUEUE", value_name = "N")]
    pub(crate) queue: Option<usize>,
    /// 停止时等待未完成请求的秒数。 Grace period for running requests at shutdown, in seconds
    #[arg(long, env = "BANMIAN_GRACE_SECONDS", value_name = "N")]
    pub(crate) grace_seconds: Option<u64>,
    /// 日志格式：json、text、off。 Log format
    #[arg(long, env = "BANMIAN_LOG", value_enum, value_name = "FORMAT")]
    pub(crate) log: Option<LogArg>,
    /// 证书链（PEM），给出即启用 TLS。 Server certificate chain; enables TLS
    #[arg(long, env = "BANMIAN_TLS_CERTIFICATE", value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// 证书的私钥（PEM）。 Private key of the certificate
    #[arg(long, env = "BANMIAN_TLS_KEY", value_name = "FILE", requires = "tls_certificate")]
    pub(crate) tls_key: Option<PathBuf>,
    /// 客户端证书的签发机构（PEM），给出即要求客户端证书。 CA of client certificates; enables mutual TLS
    #[arg(long, env = "BANMIAN_TLS_CLIENT_CA", value_name = "FILE", requires = "tls_certificate")]
    pub(crate) tls_client_ca: Option<PathBuf>,
    /// 打印生效的全部配置（TOML）后退出。 Print the effective configuration (TOML) and exit
    #[arg(long)]
    pub(crate) print_config: bool,
    /// 只检查配置、字体、版式规范和证书，不启动。 Check configuration, fonts, house styles and certificates, and exit
    #[arg(long)]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct FontsArgs {
    /// 打印内置字体的全部许可文本。 Print the licences of the built-in fonts
    #[arg(long)]
    pub(crate) licences: bool,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// 打印哪一份。 Document to print
    #[arg(value_enum, value_name = "WHICH")]
    pub(crate) which: SchemaArg,
}

/// Descriptions of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaArg {
    /// 稿件记录（JSON Schema 2020-12）。 Records, as JSON Schema 2020-12
    Record,
    /// HTTP 接口（OpenAPI 3.1）。 The HTTP gateway, as OpenAPI 3.1
    Openapi,
}
