/** Who may push and pull through the registry proxy: users with passwords, HTTP Basic. */
@NullMarked
package io.shoal.proxy.login;

import org.jspecify.annotations.NullMarked;
