//! Names of the methods in the log and the metrics.

/// Methods by path. All other paths share one name, so that no caller can add a label to the
/// metrics.
const METHODS: [(&str, &str); 23] = [
    ("/banmian.v1.TypesetService/RenderPage", "RenderPage"),
    ("/banmian.v1.TypesetService/PlanPage", "PlanPage"),
    ("/banmian.v1.TypesetService/MeasureArticle", "MeasureArticle"),
    ("/banmian.v1.TypesetService/RenderBatch", RENDER_BATCH),
    ("/banmian.v1.TypesetService/UploadPicture", UPLOAD_PICTURE),
    ("/banmian.v1.CatalogService/ListHouseStyles", "ListHouseStyles"),
    ("/banmian.v1.CatalogService/ListFonts", "ListFonts"),
    ("/banmian.v1.ProofService/SaveRound", "SaveRound"),
    ("/banmian.v1.ProofService/GetRound", "GetRound"),
    ("/banmian.v1.ProofService/ListRounds", "ListRounds"),
    ("/banmian.v1.ProofService/CompareRounds", "CompareRounds"),
    ("/banmian.v1.ProofService/SignRound", "SignRound"),
    ("/v1/pages:render", "http RenderPage"),
    ("/v1/pages:plan", "http PlanPage"),
    ("/v1/articles:measure", "http MeasureArticle"),
    ("/v1/pictures", HTTP_UPLOAD_PICTURE),
    ("/v1/houseStyles", "http ListHouseStyles"),
    ("/v1/fonts", "http ListFonts"),
    ("/openapi.json", OPENAPI),
    ("/metrics", "metrics"),
    ("/healthz", HEALTHZ),
    ("/readyz", READYZ),
    ("/grpc.health.v1.Health/Check", HEALTH),
];
const RENDER_BATCH: &str = "RenderBatch";
const UPLOAD_PICTURE: &str = "UploadPicture";
const HTTP_UPLOAD_PICTURE: &str = "http UploadPicture";
const OPENAPI: &str = "openapi";
const HEALTHZ: &str = "healthz";
const READYZ: &str = "readyz";
/// Name of the gRPC health calls, `Watch` too.
pub(super) const HEALTH: &str = "health";

/// Name of the method at a path.
pub(super) fn method_name(path: &str) -> &'static str {
    if path.starts_with("/grpc.health.v1.Health/") {
        return HEALTH;
    }
    METHODS.iter().find(|(known, _)| *known == path).map_or("other", |(_, name)| name)
}

/// True for methods that need no token and are not logged: those of load balancers and supervisors,
/// and the description of the gateway.
pub(super) fn is_probe(method: &str) -> bool {
    matches!(method, HEALTHZ | READYZ | HEALTH | OPENAPI)
}

/// True for methods that hold their request in memory until they end.
pub(super) fn keeps_request_bytes(method: &str) -> bool {
    !matches!(method, RENDER_BATCH | UPLOAD_PICTURE | HTTP_UPLOAD_PICTURE)
}
