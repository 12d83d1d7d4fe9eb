package io.shoal.origin.upstream;

import io.shoal.core.content.Digest;

/** A blob, and where upstream has it. */
public record BlobRef(RepositoryRef repository, Digest digest) {}
