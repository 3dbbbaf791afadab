// SPDX-License-Identifier: Apache-2.0
#include "core/processor.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include <yolo/error.hpp>

namespace yolo {
namespace {

constexpr InstructionSet all_sets[] = {InstructionSet::sse, InstructionSet::avx2, InstructionSet::avx512,
                                       InstructionSet::avx512_bf16, InstructionSet::amx};

TEST(Processor, ALimitTakesAwayAndNeverAdds) {
    for (const InstructionSet has : all_sets) {
        EXPECT_EQ(limited(has, ""), has);
        for (const InstructionSet limit : all_sets)
            EXPECT_EQ(limited(has, to_string(limit)), std::min(has, limit));
    }
    EXPECT_THROW(limited(InstructionSet::avx2, "avx9"), UsageError);
    EXPECT_THROW(limited(InstructionSet::avx2, "AVX2"), UsageError);
}

TEST(Processor, ObeysItsLimitAndSoDoTheLibraries) {
    EXPECT_EQ(instruction_set(), limited(instruction_set(), instruction_limit()));
    EXPECT_EQ(processor_has_bf16(), instruction_set() >= InstructionSet::avx512_bf16);
    const std::string limit(instruction_limit());
    if (limit.empty() || limit == "amx") return;
    for (const char* name : {"ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY", "MKL_ENABLE_INSTRUCTIONS"})
        EXPECT_NE(std::getenv(name), nullptr) << name;
}

}  // namespace
}  // namespace yolo
