//! The service as a client sees it: a real server on its own port, and a real tonic client.

use banmian::proto::catalog_service_client::CatalogServiceClient;
use banmian::proto::proof_service_client::ProofServiceClient;
use banmian::proto::render_page_request::Source;
use banmian::proto::render_page_response::Part;
use banmian::proto::{self, Output, Policy};
use sha2::{Digest as _, Sha256};
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1 as reflection;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_types::StatusExt as _;

use crate::support::{
    KEYED_SEED, Server, messages, overset, record, request, runtime, seed, sheet,
};

#[test]
fn a_page_comes_as_report_headers_chunks_and_ends() {
    const CHUNK_MOST: usize = 1 << 20;
    let kinds = [Output::PreviewPng, Output::PressPdf, Output::GeometryJson, Output::RecordJson];
    let request = proto::RenderPageRequest { preview_dpi: 300, ..request(seed(), &kinds) };
    let (parts, end) =
        runtime().block_on(async { messages(&mut Server::shared().client().await, request).await });
    end.expect("the stream ends well");
    let mut parts = parts.into_iter();
    let Some(Part::Report(report)) = parts.next() else { panic!("the report comes first") };
    assert_eq!(report.articles.len(), 3);
    let stages: Vec<&str> = report.stage_times.iter().map(|time| time.stage.as_str()).collect();
    assert_eq!(stages, ["intake", "shape", "makeup", "preview", "pdf", "json"], "time per stage");
    let mut chunks_of = Vec::new();
    for (kind, ending) in kinds.into_iter().zip(["png", "pdf", "geometry.json", "json"]) {
        let Some(Part::ArtifactHeader(header)) = parts.next() else {
            panic!("{kind:?}: no header")
        };
        assert_eq!(header.output(), kind, "in the requested order");
        assert_eq!(header.file_name, format!("page.{ending}"));
        let mut bytes = Vec::new();
        let mut chunks = 0;
        let end = loop {
            match parts.next() {
                Some(Part::Chunk(chunk)) => {
                    assert!((1..=CHUNK_MOST).contains(&chunk.len()), "{kind:?}: {}", chunk.len());
                    bytes.extend_from_slice(&chunk);
                    chunks += 1;
                }
                Some(Part::ArtifactEnd(end)) => break end,
                other => panic!("{kind:?}: {other:?}"),
            }
        };
        let hash: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!((header.total_bytes, &header.sha256), (bytes.len() as u64, &hash), "{kind:?}");
        assert_eq!((end.output(), end.total_bytes, end.sha256), (kind, bytes.len() as u64, hash));
        chunks_of.push(chunks);
        // Compared as text: parsing JSON may round the last bit of a number.
        let geometry = serde_json::to_vec_pretty(&report.geometry).expect("JSON");
        let as_expected = match ending {
            "pdf" => bytes == sheet(KEYED_SEED).pdf,
            "json" => bytes == sheet(KEYED_SEED).json,
            "geometry.json" => bytes == geometry,
            _ => bytes.starts_with(b"\x89PNG"),
        };
        assert!(
            as_expected,
            "{kind:?} is what the library gives, the geometry what the report says"
        );
    }
    assert!(parts.next().is_none(), "nothing follows");
    assert!(chunks_of[0] > 1, "a preview of 300 dpi comes in chunks: {chunks_of:?}");
}

#[test]
fn strict_reports_and_then_rejects_overset_copy() {
    let source = Source::Page(overset());
    let request = proto::RenderPageRequest {
        policy: Policy::Strict.into(),
        ..request(source, &[Output::PressPdf])
    };
    let (parts, end) =
        runtime().block_on(async { messages(&mut Server::shared().client().await, request).await });
    let [Part::Report(report)] = &parts[..] else { panic!("the report and no more") };
    let over: u32 = report.geometry.iter().flat_map(|g| &g.fit).map(|fit| fit.over_chars).sum();
    let status = end.expect_err("the copy does not fit");
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert!(over > 0 && status.message().contains("余稿"), "{}", status.message());
    let details = status.get_details_precondition_failure().expect("PreconditionFailure");
    assert_eq!(details.violations[0].r#type, "BM-OVERSET-001");
    assert!(details.violations[0].subject.starts_with("articles["), "{details:?}");
}

#[test]
fn plans_and_measures_agree_with_the_page() {
    let plan = proto::PlanPageRequest {
        source: Some(proto::plan_page_request::Source::Page(record(KEYED_SEED))),
        candidates: 4,
        ..proto::PlanPageRequest::default()
    };
    let measure = proto::MeasureArticleRequest {
        article: record(KEYED_SEED).articles.into_iter().next(),
        density_step: "theory".to_owned(),
        target_rows: 60,
        ..proto::MeasureArticleRequest::default()
    };
    let (plan, measure) = runtime().block_on(async {
        let mut client = Server::shared().client().await;
        let plan = client.plan_page(plan).await.expect("a plan").into_inner();
        (plan, client.measure_article(measure).await.expect("measures").into_inner())
    });
    let page = sheet(KEYED_SEED).geometry();
    assert!((1..=4).contains(&plan.candidates.len()), "{}", plan.candidates.len());
    assert_eq!(plan.candidates[0].geometry.as_ref(), Some(page), "the first plan is the page");
    assert!(plan.candidates.is_sorted_by(|a, b| a.cost <= b.cost), "best first");
    let hashes: Vec<&str> = plan
        .candidates
        .iter()
        .filter_map(|c| Some(c.geometry.as_ref()?.layout_hash.as_str()))
        .collect();
    assert!(hashes.iter().enumerate().all(|(k, hash)| !hashes[..k].contains(hash)), "each differs");

    let columns: Vec<u32> = measure.measures.iter().map(|m| m.columns).collect();
    assert_eq!(columns, [1, 2, 3, 4, 5, 6], "over every number of columns");
    assert_eq!(measure.characters, sheet(KEYED_SEED).report.articles[0].characters);
    assert!(measure.measures.is_sorted_by(|a, b| a.rows > b.rows), "wider is lower");
    for row in &measure.measures {
        assert!(row.min_rows <= row.rows && row.rows <= row.max_rows, "{row:?}");
        assert!(row.rows * row.columns >= row.lines, "{row:?}");
        assert!(row.cut_chars == 0 || row.add_chars == 0, "{row:?}");
        assert_eq!(row.headline_lines.concat(), "全力谱写察右后旗高质量发展新篇章", "{row:?}");
    }
    assert!(measure.measures[0].cut_chars > 0 && measure.measures[5].add_chars > 0);
}

#[test]
fn unimplemented_calls_say_so() {
    type Call = Result<(), Status>;
    let calls: Vec<(&str, Call)> = runtime().block_on(async {
        let server = Server::shared();
        let mut typeset = server.client().await;
        let mut proof = ProofServiceClient::new(server.channel().await);
        let mut calls = vec![
            ("SaveRound", proof.save_round(proto::SaveRoundRequest::default()).await.map(drop)),
            ("GetRound", proof.get_round(proto::GetRoundRequest::default()).await.map(drop)),
            ("ListRounds", proof.list_rounds(proto::ListRoundsRequest::default()).await.map(drop)),
            (
                "CompareRounds",
                proof.compare_rounds(proto::CompareRoundsRequest::default()).await.map(drop),
            ),
            ("SignRound", proof.sign_round(proto::SignRoundRequest::default()).await.map(drop)),
        ];
        for output in [Output::AltoXml] {
            calls.push((
                output.as_str_name(),
                messages(&mut typeset, request(seed(), &[output])).await.1,
            ));
        }
        let jump = request(seed(), &[Output::PressPdf]);
        let jump = proto::RenderPageRequest { policy: Policy::Jump.into(), ..jump };
        calls.push(("POLICY_JUMP", messages(&mut typeset, jump).await.1));
        calls
    });
    for (name, end) in calls {
        let status = end.expect_err(name);
        assert_eq!(status.code(), Code::Unimplemented, "{name}");
        assert!(status.message().contains(name), "{name} is named: {}", status.message());
    }
}

#[test]
fn unimplemented_fields_are_named() {
    let mut record = record(KEYED_SEED);
    record.weather = "晴".to_owned();
    record.pages_today = 4;
    let request = request(Source::Page(record), &[Output::RecordJson]);
    let (parts, end) =
        runtime().block_on(async { messages(&mut Server::shared().client().await, request).await });
    end.expect("the page is set all the same");
    let Some(Part::Report(report)) = parts.first() else { panic!("a report") };
    let reported: Vec<&str> = report
        .findings
        .iter()
        .filter(|d| d.code == "BM-UNSERVED-001")
        .map(|d| d.field.as_str())
        .collect();
    for field in ["weather", "pagesToday"] {
        assert!(reported.contains(&field), "{field}: {reported:?}");
    }
}

#[test]
fn the_catalog_lists_styles_and_faces_page_by_page() {
    let (styles, fonts, pages, wrong) = runtime().block_on(async {
        let mut catalog = CatalogServiceClient::new(Server::shared().channel().await);
        let styles = catalog.list_house_styles(proto::ListHouseStylesRequest::default()).await;
        let fonts = catalog.list_fonts(proto::ListFontsRequest::default()).await;
        let (mut pages, mut token) = (Vec::new(), String::new());
        loop {
            let request = proto::ListFontsRequest { page_size: 4, page_token: token };
            let page = catalog.list_fonts(request).await.expect("a page").into_inner();
            token = page.next_page_token;
            pages.push(page.fonts);
            if token.is_empty() {
                break;
            }
        }
        let request = proto::ListFontsRequest { page_size: 0, page_token: "nowhere".to_owned() };
        (styles, fonts, pages, catalog.list_fonts(request).await)
    });
    let styles = styles.expect("styles").into_inner().house_styles;
    assert_eq!(styles.len(), 1);
    let steps: Vec<&str> = styles[0].density_steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(
        (styles[0].name.as_str(), &steps[..]),
        ("broadsheet", &["dense", "news", "six", "theory", "easy", "feature"][..])
    );
    let fonts = fonts.expect("fonts").into_inner().fonts;
    assert_eq!(fonts.len(), 10, "the ten core faces");
    assert!(fonts.iter().all(|font| !font.licence.is_empty() && font.roles.len() == 1));
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 2]);
    assert_eq!(pages.concat(), fonts, "page by page the same");
    assert_eq!(wrong.expect_err("no such token").code(), Code::InvalidArgument);
}

#[test]
fn health_and_reflection_answer() {
    runtime().block_on(async {
        let server = Server::shared();
        let mut health = HealthClient::new(server.channel().await);
        for service in ["", "banmian.v1.TypesetService", "banmian.v1.CatalogService"] {
            let request = HealthCheckRequest { service: service.to_owned() };
            let answer = health.check(request).await.expect(service).into_inner();
            assert_eq!(answer.status(), ServingStatus::Serving, "{service:?}");
        }
        let request = HealthCheckRequest { service: "banmian.v1.Nothing".to_owned() };
        assert_eq!(health.check(request).await.expect_err("unknown").code(), Code::NotFound);

        use reflection::server_reflection_request::MessageRequest;
        use reflection::server_reflection_response::MessageResponse;
        let mut client = ServerReflectionClient::new(server.channel().await);
        let mut ask = async |ask: MessageRequest| {
            let ask = reflection::ServerReflectionRequest {
                host: String::new(),
                message_request: Some(ask),
            };
            let mut stream = client
                .server_reflection_info(tokio_stream::iter([ask]))
                .await
                .expect("answers")
                .into_inner();
            let answer = stream.message().await.expect("an answer").expect("one at least");
            answer.message_response.expect("it says something")
        };
        let MessageResponse::ListServicesResponse(list) =
            ask(MessageRequest::ListServices(String::new())).await
        else {
            panic!("a list of services")
        };
        let names: Vec<&str> = list.service.iter().map(|service| service.name.as_str()).collect();
        for name in ["TypesetService", "CatalogService", "ProofService"] {
            assert!(names.contains(&format!("banmian.v1.{name}").as_str()), "{name}: {names:?}");
        }
        assert!(names.contains(&"grpc.health.v1.Health"), "{names:?}");
        let symbol = MessageRequest::FileContainingSymbol("banmian.v1.PageRecord".to_owned());
        let answer = ask(symbol).await;
        assert!(matches!(answer, MessageResponse::FileDescriptorResponse(_)), "{answer:?}");
    });
}
