package io.shoal.oci.registry;

/** Error codes of the distribution spec ("Error Codes"), and the two it leaves to registries. */
public enum RegistryErrorCode {
  BLOB_UNKNOWN(404),
  BLOB_UPLOAD_INVALID(400),
  BLOB_UPLOAD_UNKNOWN(404),
  MANIFEST_BLOB_UNKNOWN(404),
  MANIFEST_INVALID(400),
  MANIFEST_UNKNOWN(404),
  NAME_UNKNOWN(404),
  DIGEST_INVALID(400),
  NAME_INVALID(400),
  /** Not in the spec: a query parameter or header that makes no sense. */
  PARAMETER_INVALID(400),
  SIZE_INVALID(413),
  UNAUTHORIZED(401),
  DENIED(403),
  UNSUPPORTED(405),
  TOOMANYREQUESTS(429),
  RANGE_INVALID(416),
  /** Not in the spec: something behind this registry fails, the status says how. */
  UNAVAILABLE(503);

  private final int status;

  RegistryErrorCode(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }
}
