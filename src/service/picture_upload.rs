//! Upload of a picture into the store.

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
use crate::service::caller::CallContext;
use crate::service::calls::ServiceCalls;
use crate::service::picture_store::{StoredUntil, UploadBytes};

/// An upload in progress.
#[derive(Debug)]
pub(crate) struct PictureUpload {
    header: proto::UploadPictureHeader,
    /// Time for which the picture is kept.
    keep_for: Duration,
    reserved: UploadBytes,
    bytes: Vec<u8>,
    /// Bytes of a picture.
    max_bytes: usize,
    /// Bytes of all pictures of the tenant.
    tenant_limit: u64,
}

/// Beginning of an upload.
#[derive(Debug)]
pub(crate) enum UploadStart {
    /// The store has the picture: the response at once.
    Stored(proto::UploadPictureResponse),
    /// The bytes are expected.
    Upload(PictureUpload),
}

fn invalid_field(field: &str, zh: impl Into<String>, en: impl Into<String>) -> Error {
    let message = Bilingual::new(zh, en);
    Error::rejected(Finding::new(FindingCode::BadValue, FindingPlace::of_field(field), message))
}

impl PictureUpload {
    /// Begins an upload.
    ///
    /// # Errors
    /// A header that is malformed, or no room for the bytes that it announces.
    pub(crate) fn begin(
        calls: &ServiceCalls,
        caller: &CallContext,
        header: proto::UploadPictureHeader,
    ) -> Result<UploadStart, Error> {
        let config = calls.config();
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let sha256 = &header.sha256;
        let is_hash = sha256.len() == 64 && sha256.bytes().all(is_hex);
        if !sha256.is_empty() && !is_hash {
            return Err(invalid_field(
                "header.sha256",
                "不是 SHA-256（64 位小写十六进制数字）",
                "not a SHA-256 (64 lowercase hexadecimal digits)",
            ));
        }
        let max_bytes = config.limits.picture_bytes;
        if header.total_bytes > max_bytes as u64 {
            let bytes = header.total_bytes;
            return Err(over_limit("header.totalBytes", "picture_bytes", bytes, max_bytes));
        }
        // 0 stands for the longest time; a caller may ask for less.
        let keep_seconds = match u64::from(header.keep_seconds) {
            0 => config.pictures_keep_seconds,
            seconds => seconds.min(config.pictures_keep_seconds),
        };
        let keep_for = Duration::from_secs(keep_seconds);
        let engines = calls.engines().current();
        let tenant = engines.tenants.by_name(&caller.tenant);
        let tenant_limit =
            tenant.map_or(config.pictures_bytes_per_tenant, |tenant| tenant.pictures_bytes);
        let store = calls.picture_store();
        // Known by its hash: the bytes need not be sent at all.
        if let Some((image, expires)) = store.renew(&caller.tenant, sha256, keep_for) {
            let quota = TenantQuota {
                limit_bytes: tenant_limit,
                used_bytes: store.used_bytes_of(&caller.tenant),
            };
            let stored = StoredUntil { expires, existed: true };
            return Ok(UploadStart::Stored(response(&image, stored, quota)));
        }
        // Bytes are reserved as they come: an upload that only announces them holds nothing.
        let reserved = store.new_upload(&caller.tenant, tenant_limit);
        reserved.check_room(header.total_bytes)?;
        let bytes = Vec::new();
        Ok(UploadStart::Upload(Self { header, keep_for, reserved, bytes, max_bytes, tenant_limit }))
    }

    /// Adds the next bytes.
    ///
    /// # Errors
    /// More bytes than announced, than a picture may have or than there is room for.
    pub(crate) fn push_chunk(&mut self, chunk: &[u8]) -> Result<(), Error> {
        if chunk.is_empty() || chunk.len() > CHUNK_BYTES_MAX {
            return Err(invalid_field(
                "chunk",
                format!("每段应有 1 至 {CHUNK_BYTES_MAX} 字节"),
                format!("a chunk must have 1 to {CHUNK_BYTES_MAX} bytes"),
            ));
        }
        let length = self.bytes.len() + chunk.len();
        let announced = self.header.total_bytes;
        // 0 announces nothing: gRPC callers may not know the size beforehand.
        if announced > 0 && length as u64 > announced {
            return Err(self.size_mismatch(length));
        }
        if length > self.max_bytes {
            return Err(over_limit("chunk", "picture_bytes", length as u64, self.max_bytes));
        }
        // Before the bytes are kept, so that memory never exceeds the reservation.
        self.reserved.reserve(chunk.len() as u64)?;
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    /// Error for `length` bytes where another number was announced.
    fn size_mismatch(&self, length: usize) -> Error {
        let announced = self.header.total_bytes;
        invalid_field(
            "header.totalBytes",
            format!("图片有 {length} 字节，应为 {announced}"),
            format!("the picture has {length} bytes, expected {announced}"),
        )
    }

    /// Reads the complete picture, checks and stores it. To be run on a worker.
    ///
    /// # Errors
    /// The picture is not the one that was announced, or cannot be set.
    pub(crate) fn finish(
        self,
        calls: &ServiceCalls,
        caller: &CallContext,
    ) -> Result<proto::UploadPictureResponse, Error> {
        let announced = self.header.total_bytes;
        if announced > 0 && announced != self.bytes.len() as u64 {
            return Err(self.size_mismatch(self.bytes.len()));
        }
        let Self { header, keep_for, reserved, bytes, tenant_limit, .. } = self;
        let unread =
            |fault| Error::rejected(unreadable_picture(&fault, FindingPlace::of_field("chunk")));
        let image = Arc::new(SourceImage::read(bytes).map_err(unread)?);
        let sha256 = header.sha256;
        // A picture damaged on its way would otherwise be stored under its own hash, and never
        // found.
        if !sha256.is_empty() && sha256 != image.sha256() {
            return Err(invalid_field(
                "header.sha256",
                format!("图片的 SHA-256 是 {}", image.sha256()),
                format!("the SHA-256 of the picture is {}", image.sha256()),
            ));
        }
        let [width, height] = image.size().map(u64::from);
        let max_pixels = calls.config().limits.picture_pixels;
        if width * height > max_pixels as u64 {
            return Err(over_limit("chunk", "picture_pixels", width * height, max_pixels));
        }
        let stored = reserved.store_picture(Arc::clone(&image), keep_for);
        let used_bytes = calls.picture_store().used_bytes_of(&caller.tenant);
        let quota = TenantQuota { limit_bytes: tenant_limit, used_bytes };
        Ok(response(&image, stored, quota))
    }
}

fn over_limit(field: &str, limit: &str, count: u64, most: usize) -> Error {
    let message = Bilingual::new(
        format!("超过上限 {limit}：{count} > {most}"),
        format!("over the limit {limit}: {count} > {most}"),
    );
    let place = FindingPlace::of_field(field);
    Error::rejected(Finding::new(FindingCode::LimitExceeded, place, message))
}

/// Bytes of pictures of a tenant.
#[derive(Clone, Copy, Debug)]
struct TenantQuota {
    limit_bytes: u64,
    used_bytes: u64,
}

fn response(
    image: &SourceImage,
    stored: StoredUntil,
    quota: TenantQuota,
) -> proto::UploadPictureResponse {
    let media_type = match image.format() {
        ImageFormat::Jpeg(_) => "image/jpeg",
        ImageFormat::Png(_) => "image/png",
        ImageFormat::Tiff(_) => "image/tiff",
        ImageFormat::Webp(_) => "image/webp",
    };
    let [width_px, height_px] = image.size();
    let remaining = stored.expires.saturating_duration_since(Instant::now());
    let expires_at = OffsetDateTime::now_utc() + remaining;
    // RFC 3339 to the second; it has no form for a year of five digits.
    let expires_at =
        expires_at.replace_nanosecond(0).ok().and_then(|time| time.format(&Rfc3339).ok());
    proto::UploadPictureResponse {
        sha256: image.sha256().to_owned(),
        total_bytes: image.bytes().len() as u64,
        media_type: media_type.to_owned(),
        width_px,
        height_px,
        expires_at: expires_at.unwrap_or_default(),
        existed: stored.existed,
        quota_bytes: quota.limit_bytes,
        used_bytes: quota.used_bytes,
    }
}
