/** What an agent answers to the operator of its own node. */
@NullMarked
package io.shoal.client.agent;

import org.jspecify.annotations.NullMarked;
