// SPDX-License-Identifier: Apache-2.0
#include "core/processor.hpp"

namespace yolo {

bool processor_has_bf16() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16") != 0;  // every processor with AMX has it too
#else
    return false;
#endif
}

}  // namespace yolo
