package io.shoal.oci.registry;

import io.shoal.core.content.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;

/** Content in memory, and blobs whose bytes come when the test says so. */
final class FakeContent implements RegistryContent {

  final Map<String, ManifestContent> manifests = new TreeMap<>();
  final Map<Digest, Supplier<BlobContent>> blobs = new TreeMap<>();
  final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

  Digest blob(byte[] bytes) {
    Digest digest = Digest.sha256Of(bytes);
    blobs.put(digest, () -> new InMemoryBlob(ByteBuffer.wrap(bytes)));
    return digest;
  }

  @Override
  public ManifestContent manifest(ContentName name, String reference, List<String> accept)
      throws RegistryException {
    calls.add("manifest " + name + " " + reference + " " + accept);
    ManifestContent found = manifests.get(reference);
    if (found == null) {
      throw RegistryException.manifestUnknown(name, reference);
    }
    return found;
  }

  @Override
  public BlobContent blob(ContentName name, Digest digest, boolean headOnly)
      throws RegistryException {
    calls.add("blob " + name + " " + digest.shortHex() + (headOnly ? " head" : ""));
    Supplier<BlobContent> found = blobs.get(digest);
    if (found == null) {
      throw RegistryException.blobUnknown(name, digest);
    }
    return found.get();
  }

  @Override
  public TagPage tags(ContentName name, int limit, Optional<String> last) {
    calls.add("tags " + name + " " + limit + " " + last.orElse("-"));
    return new TagPage(List.of("1.0", "2.0"), limit == 2);
  }

  @Override
  public ByteBuffer referrers(ContentName name, Digest subject) {
    calls.add("referrers " + name + " " + subject.shortHex());
    return StandardCharsets.UTF_8.encode(
        """
        {"schemaVersion":2,"manifests":[
          {"digest":"sha256:a","artifactType":"text/sbom"},
          {"digest":"sha256:b","artifactType":"text/signature"}]}
        """);
  }

  @Override
  public RepositoryPage catalog(String upstream, int limit, Optional<String> last) {
    calls.add("catalog " + upstream + " " + limit + " " + last.orElse("-"));
    return new RepositoryPage(List.of("a/b"), Optional.of("c"));
  }

  record InMemoryBlob(ByteBuffer bytes) implements BlobContent {

    @Override
    public long blobBytes() {
      return bytes.capacity();
    }

    @Override
    public CompletionStage<BlobBytes> next(long from, long toExclusive) {
      return CompletableFuture.completedFuture(
          new BlobBytes.InMemory(bytes.slice((int) from, (int) (toExclusive - from))));
    }

    @Override
    public void close() {}
  }

  /** Each call of next is a promise that the test keeps. */
  static final class ArrivingBlob implements BlobContent {

    record Asked(long from, long toExclusive, CompletableFuture<BlobBytes> answer) {}

    final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final long blobBytes;

    ArrivingBlob(long blobBytes) {
      this.blobBytes = blobBytes;
    }

    @Override
    public long blobBytes() {
      return blobBytes;
    }

    @Override
    public CompletionStage<BlobBytes> next(long from, long toExclusive) {
      CompletableFuture<BlobBytes> answer = new CompletableFuture<>();
      asked.add(new Asked(from, toExclusive, answer));
      return answer;
    }

    @Override
    public void close() {
      closed.complete(null);
    }
  }
}
