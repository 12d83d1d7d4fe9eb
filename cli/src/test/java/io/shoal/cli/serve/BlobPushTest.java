package io.shoal.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the push group of the distribution spec's conformance suite asks for, of blobs. */
class BlobPushTest extends PushFixture {

  @Test
  void takesBlobInTwoRequestsAndAnswersWhereItIs() throws Exception {
    HttpResponse<byte[]> response = finish(begin(), LARGE, digestOf(LARGE));
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(header(response, "Location")).isEqualTo(REPOSITORY + "/blobs/" + digestOf(LARGE));
    assertThat(header(response, "Docker-Content-Digest")).isEqualTo(digestOf(LARGE));
    assertThat(pulled(LARGE)).isEqualTo(LARGE);
    assertThat(filesIn("uploads")).isZero();
  }

  @Test
  void takesBlobInOneRequest() throws Exception {
    HttpResponse<byte[]> response =
        send("POST", REPOSITORY + "/blobs/uploads/?digest=" + digestOf(LARGE), bytes(LARGE));
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(pulled(LARGE)).isEqualTo(LARGE);
  }

  @Test
  void takesStreamWithoutLength() throws Exception {
    String upload = begin();
    HttpResponse<byte[]> response = send("PATCH", upload, stream(LARGE));
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(header(response, "Range")).isEqualTo("0-2999999");
    assertThat(finish(upload, new byte[0], digestOf(LARGE)).statusCode()).isEqualTo(201);
    assertThat(pulled(LARGE)).isEqualTo(LARGE);
  }

  @Test
  void takesEmptyBlobAndSha512() throws Exception {
    push(new byte[0]);
    assertThat(send("GET", REPOSITORY + "/blobs/" + digestOf(new byte[0])).statusCode())
        .isEqualTo(200);
    HashAlgorithm sha512 = HashAlgorithm.SHA512;
    String digest = Digest.of(sha512, sha512.newMessageDigest().digest(LARGE)).toString();
    assertThat(finish(begin(), LARGE, digest).statusCode()).isEqualTo(201);
    assertThat(send("GET", REPOSITORY + "/blobs/" + digest).body()).isEqualTo(LARGE);
  }

  @Test
  void takesChunksInOrderOnlyAndSaysWhereItStands() throws Exception {
    String upload = begin();
    byte[] first = Arrays.copyOf(LARGE, 1_000_000);
    byte[] rest = Arrays.copyOfRange(LARGE, 1_000_000, LARGE.length);
    assertError(
        send("PATCH", upload, bytes(rest), "Content-Range", "1000000-2999999"),
        416,
        "BLOB_UPLOAD_INVALID");
    assertThat(send("PATCH", upload, bytes(first), "Content-Range", "0-999999").statusCode())
        .isEqualTo(202);
    HttpResponse<byte[]> again = send("PATCH", upload, bytes(first), "Content-Range", "0-999999");
    assertError(again, 416, "BLOB_UPLOAD_INVALID");
    assertThat(header(again, "Range")).isEqualTo("0-999999");
    assertError(
        send("PATCH", upload, bytes(first), "Content-Range", "1000000-1000005"),
        416,
        "BLOB_UPLOAD_INVALID");
    assertError(
        send("PATCH", upload, bytes(first), "Content-Range", "x"), 416, "BLOB_UPLOAD_INVALID");
    HttpResponse<byte[]> state = send("GET", upload);
    assertThat(state.statusCode()).isEqualTo(204);
    assertThat(header(state, "Range")).isEqualTo("0-999999");
    assertThat(header(state, "Location")).isEqualTo(upload);
    HttpResponse<byte[]> end =
        send(
            "PUT",
            upload + "?digest=" + digestOf(LARGE),
            bytes(rest),
            "Content-Range",
            "1000000-2999999");
    assertThat(end.statusCode()).isEqualTo(201);
    assertThat(pulled(LARGE)).isEqualTo(LARGE);
  }

  @Test
  void goesOnWithUploadAfterRestartsOfBoth() throws Exception {
    String upload = begin();
    byte[] first = Arrays.copyOf(LARGE, 1_500_001);
    byte[] rest = Arrays.copyOfRange(LARGE, 1_500_001, LARGE.length);
    assertThat(send("PATCH", upload, bytes(first)).statusCode()).isEqualTo(202);
    proxy.close();
    origin.close();
    startOrigin();
    startProxy();
    assertThat(header(send("GET", upload), "Range")).isEqualTo("0-1500000");
    assertThat(finish(upload, rest, digestOf(LARGE)).statusCode()).isEqualTo(201);
    assertThat(pulled(LARGE)).isEqualTo(LARGE);
  }

  @Test
  void keepsWhatArrivedBeforeClientBrokeOff() throws Exception {
    String upload = begin();
    try (Socket socket = new Socket("127.0.0.1", proxy.port())) {
      socket
          .getOutputStream()
          .write(
              ("PATCH %s HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n")
                  .formatted(upload)
                  .getBytes(UTF_8));
      socket.getOutputStream().write(LARGE, 0, 500_000);
      socket.getOutputStream().flush();
    }
    String range = header(send("GET", upload), "Range");
    int have = Integer.parseInt(range.substring(2)) + 1;
    byte[] rest = Arrays.copyOfRange(LARGE, have == 1 ? 0 : have, LARGE.length);
    assertThat(have).isLessThanOrEqualTo(500_000);
    assertThat(finish(upload, rest, digestOf(LARGE)).statusCode()).isEqualTo(201);
    assertThat(pulled(LARGE)).isEqualTo(LARGE);
  }

  @Test
  void keepsNothingOfWrongDigest() throws Exception {
    String upload = begin();
    assertError(finish(upload, LARGE, digestOf(SMALL)), 400, "DIGEST_INVALID");
    assertError(send("GET", upload), 404, "BLOB_UPLOAD_UNKNOWN");
    assertError(
        send("POST", REPOSITORY + "/blobs/uploads/?digest=" + digestOf(SMALL), bytes(LARGE)),
        400,
        "DIGEST_INVALID");
    assertThat(filesIn("uploads")).isZero();
    assertThat(send("GET", REPOSITORY + "/blobs/" + digestOf(LARGE)).statusCode()).isEqualTo(404);
    assertThat(send("GET", REPOSITORY + "/blobs/" + digestOf(SMALL)).statusCode()).isEqualTo(404);
  }

  @Test
  void refusesWhatIsTooLongAndKeepsNothing() throws Exception {
    byte[] tooLong = new byte[5 << 20];
    assertError(send("PATCH", begin(), bytes(tooLong)), 413, "SIZE_INVALID");
    assertError(send("PATCH", begin(), stream(tooLong)), 413, "SIZE_INVALID");
    assertThat(filesIn("uploads")).isZero();
    assertError(putManifest("big", tooLong), 413, "SIZE_INVALID");
  }

  @Test
  void boundsUploadsAndEndsThemOnRequest() throws Exception {
    String first = begin();
    begin();
    begin();
    assertError(send("POST", REPOSITORY + "/blobs/uploads/"), 503, "UNAVAILABLE");
    assertThat(send("DELETE", first).statusCode()).isEqualTo(204);
    assertError(send("DELETE", first), 404, "BLOB_UPLOAD_UNKNOWN");
    begin();
  }

  @Test
  void refusesMalformedNamesAndDigests() throws Exception {
    String upload = begin();
    assertError(finish(upload, SMALL, "sha256:abc"), 400, "DIGEST_INVALID");
    assertError(send("PUT", upload, bytes(SMALL)), 400, "DIGEST_INVALID");
    assertError(send("POST", "/v2/UPPER/blobs/uploads/"), 400, "NAME_INVALID");
    assertError(
        send("PATCH", REPOSITORY + "/blobs/uploads/..", bytes(SMALL)), 404, "BLOB_UPLOAD_UNKNOWN");
    assertError(send("POST", "/v2/other.test/app/blobs/uploads/"), 403, "DENIED");
    assertError(
        send("PUT", upload.replace("team/app", "team/b") + "?digest=" + digestOf(SMALL)),
        404,
        "BLOB_UPLOAD_UNKNOWN");
  }

  @Test
  void mountsBlobOfAnotherRepository() throws Exception {
    push(LARGE);
    String other = "/v2/registry.test/team/b";
    String mount = other + "/blobs/uploads/?mount=" + digestOf(LARGE);
    assertThat(send("GET", other + "/blobs/" + digestOf(LARGE)).statusCode()).isEqualTo(404);
    assertThat(send("POST", mount + "&from=registry.test/team/none").statusCode()).isEqualTo(202);
    assertThat(send("POST", mount).statusCode()).isEqualTo(202);
    assertThat(send("POST", mount + "&from=registry.test/team/app").statusCode()).isEqualTo(201);
    assertThat(send("GET", other + "/blobs/" + digestOf(LARGE)).body()).isEqualTo(LARGE);
  }

  @Test
  void waitsForTheWordBeforeABodyThatIsHeldBack() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", proxy.port())) {
      String head =
          "POST %s/blobs/uploads/?digest=%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n"
              .formatted(REPOSITORY, digestOf(SMALL), SMALL.length);
      socket.getOutputStream().write((head + "Expect: 100-continue\r\n\r\n").getBytes(UTF_8));
      InputStream in = socket.getInputStream();
      assertThat(new String(in.readNBytes(12), UTF_8)).isEqualTo("HTTP/1.1 100");
      socket.getOutputStream().write(SMALL);
      assertThat(new String(in.readNBytes(60), UTF_8)).contains("HTTP/1.1 201");
    }
  }
}
