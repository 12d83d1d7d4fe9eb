/** Images in files: the OCI image layout, as a folder or as a tar archive. */
@NullMarked
package io.shoal.cli.layout;

import org.jspecify.annotations.NullMarked;
