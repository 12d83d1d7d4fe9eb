package io.shoal.oci.registry;

import io.shoal.core.content.Digest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What a registry serves. Each call has a virtual thread of its own and may block; the thread is
 * interrupted when the client goes away.
 */
public interface RegistryContent {

  /**
   * The manifest of this name.
   *
   * @param reference a tag or a digest, already checked for form
   * @param accept the media types the client takes, in its order; empty if it named none
   */
  ManifestContent manifest(ContentName name, String reference, List<String> accept)
      throws RegistryException, InterruptedException;

  /**
   * The blob of this digest.
   *
   * @param headOnly only the length is wanted; must not start a transfer
   */
  BlobContent blob(ContentName name, Digest digest, boolean headOnly)
      throws RegistryException, InterruptedException;

  /**
   * The tags in lexical order.
   *
   * @param limit at most so many, at least 1
   * @param last only tags after this one
   */
  TagPage tags(ContentName name, int limit, Optional<String> last)
      throws RegistryException, InterruptedException;

  /**
   * The manifests that refer to this one, as an OCI image index; without any, an empty one.
   *
   * @return the index, all artifact types in it
   */
  ByteBuffer referrers(ContentName name, Digest subject)
      throws RegistryException, InterruptedException;

  /**
   * The repositories of an upstream whose catalog may be listed.
   *
   * @param limit at most so many, at least 1
   * @param last only names after this one
   */
  RepositoryPage catalog(String upstream, int limit, Optional<String> last)
      throws RegistryException, InterruptedException;
}
