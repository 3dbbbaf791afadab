// SPDX-License-Identifier: Apache-2.0
/// \file What this processor can do, or may do: YOLO_MAX_ISA=avx2 makes the whole process one of an older
/// processor, for tests and measurements.
#pragma once

#include <string>
#include <string_view>

namespace yolo {

/// In rising order: each has those before it.
enum class InstructionSet { sse, avx2, avx512, avx512_bf16, amx };

const char* to_string(InstructionSet set);  ///< "sse", "avx2", "avx512", "avx512_bf16", "amx"

/// `set`, or what `limit`, a value of YOLO_MAX_ISA, leaves of it ("": all). Throws UsageError for another
/// word.
InstructionSet limited(InstructionSet set, std::string_view limit);

/// The highest that this processor has and that YOLO_MAX_ISA leaves. Throws UsageError when that is no such
/// name.
///
/// oneDNN, LibTorch and MKL obey the same limit: they read variables of their own when they first compute,
/// which are set from ours when libyolo is loaded (one that is set already stays as it is).
InstructionSet instruction_set();

/// The value of YOLO_MAX_ISA, "" when it is not set.
std::string_view instruction_limit();

/// "Intel(R) Xeon(R) Processor", as the system calls it; "" when it does not.
std::string processor_name();

/// The processor multiplies bf16 matrices by instruction (AVX-512 bf16, AMX): mixed precision pays there, and
/// only there.
bool processor_has_bf16();

}  // namespace yolo
