//! A picture on its way into the store.

use std::sync::Arc;
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::config::CHUNK_BYTES_MAX;
use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::image::{ImageFormat, SourceImage};
use crate::intake::unreadable_picture;
use crate::proto;
use crate::service::caller::CallerIdentity;
use crate::service::calls::ServiceCalls;
use crate::service::picture_store::UploadBytes;

/// A picture that is being sent.
#[derive(Debug)]
pub(crate) struct PictureUpload {
    header: proto::UploadPictureHeader,
    keep_for: Duration,
    reserved: UploadBytes,
    bytes: Vec<u8>,
    max_bytes: usize,
    tenant_limit: u64,
}

fn invalid_field(field: &str, zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::rejected(Finding::new(
        FindingCode::BadValue,
        FindingPlace::of_field(field),
        Bilingual::new(zh, en),
    ))
}

impl PictureUpload {
    /// Begins an upload; the answer at once if the picture is there already.
    ///
    /// # Errors
    /// A header that cannot be, or no room for as many bytes as it announces.
    pub(crate) fn begin(
        calls: &ServiceCalls,
        caller: &CallerIdentity,
        header: proto::UploadPictureHeader,
    ) -> Result<Result<proto::UploadPictureResponse, Self>, Error> {
        let config = calls.config();
        let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let sum = &header.sha256;
        let whole = sum.len() == 64 && sum.bytes().all(hex);
        if !sum.is_empty() && !whole {
            return Err(invalid_field(
                "header.sha256",
                "不是 SHA-256（64 位小写十六进制数字）",
                "it is no SHA-256 of 64 lowercase hexadecimal digits",
            ));
        }
        let most = config.limits.picture_bytes;
        if header.total_bytes > most as u64 {
            return Err(over_limit("header.totalBytes", "picture_bytes", header.total_bytes, most));
        }
        let asked = match u64::from(header.keep_seconds) {
            0 => config.pictures_keep_seconds,
            seconds => seconds.min(config.pictures_keep_seconds),
        };
        let keep = Duration::from_secs(asked);
        let set = calls.engines().current();
        let tenant = set.tenants.by_name(&caller.tenant);
        let quota = tenant.map_or(config.pictures_bytes_per_tenant, |tenant| tenant.pictures_bytes);
        if let Some((image, until)) = calls.picture_store().renew(&caller.tenant, sum, keep) {
            let used = calls.picture_store().used_bytes_of(&caller.tenant);
            return Ok(Ok(response(&image, until, true, [quota, used])));
        }
        // Room is taken as bytes come: who only announces holds nothing.
        let room = calls.picture_store().new_upload(&caller.tenant, quota);
        room.check_room(header.total_bytes)?;
        Ok(Err(Self {
            header,
            keep_for: keep,
            reserved: room,
            bytes: Vec::new(),
            max_bytes: most,
            tenant_limit: quota,
        }))
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// More than was announced, than a picture may have or than there is room for.
    pub(crate) fn push_chunk(&mut self, chunk: &[u8]) -> Result<(), Error> {
        if chunk.is_empty() || chunk.len() > CHUNK_BYTES_MAX {
            return Err(invalid_field(
                "chunk",
                format!("每段应有 1 至 {CHUNK_BYTES_MAX} 字节"),
                format!("a chunk has 1 to {CHUNK_BYTES_MAX} bytes"),
            ));
        }
        let length = self.bytes.len() + chunk.len();
        let announced = self.header.total_bytes;
        if announced > 0 && length as u64 > announced {
            return Err(self.size_mismatch(length));
        }
        if length > self.max_bytes {
            return Err(over_limit("chunk", "picture_bytes", length as u64, self.max_bytes));
        }
        self.reserved.reserve(chunk.len() as u64)?;
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    /// As many bytes as have come were not announced.
    fn size_mismatch(&self, length: usize) -> Error {
        let announced = self.header.total_bytes;
        invalid_field(
            "header.totalBytes",
            format!("图片有 {length} 字节，应为 {announced}"),
            format!("the picture has {length} bytes, {announced} were announced"),
        )
    }

    /// The picture has come whole: reads it, checks it and keeps it. Work for the pool.
    ///
    /// # Errors
    /// It is not what was announced, or no picture that can be set.
    pub(crate) fn finish(
        self,
        calls: &ServiceCalls,
        caller: &CallerIdentity,
    ) -> Result<proto::UploadPictureResponse, Error> {
        let announced = self.header.total_bytes;
        if announced > 0 && announced != self.bytes.len() as u64 {
            return Err(self.size_mismatch(self.bytes.len()));
        }
        let Self { header, keep_for: keep, reserved: room, bytes, tenant_limit: quota, .. } = self;
        let unread =
            |fault| Error::rejected(unreadable_picture(&fault, FindingPlace::of_field("chunk")));
        let image = Arc::new(SourceImage::read(bytes).map_err(unread)?);
        let sum = header.sha256;
        if !sum.is_empty() && sum != image.sha256() {
            return Err(invalid_field(
                "header.sha256",
                format!("图片的 SHA-256 是 {}", image.sha256()),
                format!("the SHA-256 of the picture is {}", image.sha256()),
            ));
        }
        let [width, height] = image.size().map(u64::from);
        let most = calls.config().limits.picture_pixels;
        if width * height > most as u64 {
            return Err(over_limit("chunk", "picture_pixels", width * height, most));
        }
        let (until, existed) = room.store_picture(Arc::clone(&image), keep);
        let used = calls.picture_store().used_bytes_of(&caller.tenant);
        Ok(response(&image, until, existed, [quota, used]))
    }
}

fn over_limit(field: &str, limit: &str, count: u64, most: usize) -> Error {
    let words = Bilingual::new(
        format!("超过上限 {limit}：{count} > {most}"),
        format!("over the limit {limit}: {count} > {most}"),
    );
    Error::rejected(Finding::new(FindingCode::LimitExceeded, FindingPlace::of_field(field), words))
}

fn response(
    image: &SourceImage,
    until: Instant,
    existed: bool,
    [quota_bytes, used_bytes]: [u64; 2],
) -> proto::UploadPictureResponse {
    let media_type = match image.format() {
        ImageFormat::Jpeg(_) => "image/jpeg",
        ImageFormat::Png(_) => "image/png",
        ImageFormat::Tiff(_) => "image/tiff",
        ImageFormat::Webp(_) => "image/webp",
    };
    let [width_px, height_px] = image.size();
    let left = until.saturating_duration_since(Instant::now());
    let expires = OffsetDateTime::now_utc() + left;
    // To the second; a year of five digits is no time that RFC 3339 has.
    let expires = expires.replace_nanosecond(0).ok().and_then(|time| time.format(&Rfc3339).ok());
    proto::UploadPictureResponse {
        sha256: image.sha256().to_owned(),
        total_bytes: image.bytes().len() as u64,
        media_type: media_type.to_owned(),
        width_px,
        height_px,
        expires_at: expires.unwrap_or_default(),
        existed,
        quota_bytes,
        used_bytes,
    }
}
