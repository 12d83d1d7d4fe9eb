package io.shoal.proxy;

import io.shoal.client.origin.ManifestAnswer;
import io.shoal.client.origin.RepositoryList;
import io.shoal.client.origin.TagList;
import io.shoal.core.content.Digest;
import io.shoal.oci.registry.BlobContent;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.registry.ManifestContent;
import io.shoal.oci.registry.RegistryContent;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import io.shoal.oci.registry.RepositoryPage;
import io.shoal.oci.registry.TagPage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** What the proxy serves: whatever the origins have or can get. */
final class OriginContent implements RegistryContent {

  private final OriginQuestions origins;
  private final ExecutorService blocking;

  OriginContent(OriginQuestions origins, ExecutorService blocking) {
    this.origins = origins;
    this.blocking = blocking;
  }

  @Override
  public ManifestContent manifest(ContentName name, String reference, List<String> accept)
      throws RegistryException, InterruptedException {
    // A tag's answers come from one origin, so that they do not go back and forth in time.
    String key = reference.indexOf(':') >= 0 ? reference : name.toString();
    ManifestAnswer manifest =
        origins.ask(
            name,
            key,
            RegistryErrorCode.MANIFEST_UNKNOWN,
            origin -> origin.manifest(name.upstream(), name.repository(), reference, accept));
    return new ManifestContent(
        manifest.mediaType(),
        manifest.digest(),
        ByteBuffer.wrap(manifest.content()),
        manifest.stale());
  }

  @Override
  public BlobContent blob(ContentName name, Digest digest, boolean headOnly)
      throws RegistryException, InterruptedException {
    long blobBytes =
        origins.ask(
            name,
            digest.toString(),
            RegistryErrorCode.BLOB_UNKNOWN,
            origin ->
                headOnly
                    ? origin.blobBytes(name.upstream(), name.repository(), digest)
                    : origin.open(name.upstream(), name.repository(), digest).blobBytes());
    return new OriginBlob(origins, name, digest, blobBytes, blocking);
  }

  @Override
  public TagPage tags(ContentName name, int limit, Optional<String> last)
      throws RegistryException, InterruptedException {
    TagList tags =
        origins.ask(
            name,
            name.toString(),
            RegistryErrorCode.NAME_UNKNOWN,
            origin -> origin.tags(name.upstream(), name.repository(), limit, last));
    return new TagPage(tags.tags(), tags.more());
  }

  @Override
  public ByteBuffer referrers(ContentName name, Digest subject)
      throws RegistryException, InterruptedException {
    return ByteBuffer.wrap(
        origins.ask(
            name,
            name.toString(),
            RegistryErrorCode.NAME_UNKNOWN,
            origin -> origin.referrers(name.upstream(), name.repository(), subject)));
  }

  @Override
  public RepositoryPage catalog(String upstream, int limit, Optional<String> last)
      throws RegistryException, InterruptedException {
    RepositoryList page =
        origins.ask(
            upstream,
            RegistryErrorCode.NAME_UNKNOWN,
            origin -> origin.catalog(upstream, limit, last));
    return new RepositoryPage(page.repositories(), page.last());
  }
}
