// SPDX-License-Identifier: Apache-2.0
/// \file Nothing but yolo::Error leaves the library: every public entry that can meet a file, a foreign
/// library or the end of memory is a function-try-block whose handler is `catch (...) { rethrow_as_error();
/// }`.
#pragma once

namespace yolo {

/// Throws the exception that is being handled again: Error and its kinds as they are, every other standard
/// one as an Error with one sentence, with the original nested in it. For catch blocks only.
[[noreturn]] void rethrow_as_error();

}  // namespace yolo
