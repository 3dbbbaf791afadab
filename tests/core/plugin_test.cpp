// SPDX-License-Identifier: Apache-2.0
#include "core/plugin.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "core/files.hpp"

namespace yolo {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

TEST(Plugin, ThatIsMissingSaysHowToGetIt) {
    EXPECT_THAT(
        [] { plugin_symbol("yolo_of_no_kind", "make", "drawing"); },
        ThrowsMessage<Error>("drawing needs the plug-in libyolo_of_no_kind.so, which is not here: run "
                             "scripts/setup (with --engines for those of exported files) and build again, or "
                             "install the whole package"));
}

TEST(Plugin, ThatIsDamagedIsNamedWithTheLinkersReason) {
    const auto file =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "libyolo_damaged_for_a_test.so";
    write_file(file,
               "no library at all, but long enough for the header of one, which is what the linker looks at");
    EXPECT_THAT([] { plugin_symbol("yolo_damaged_for_a_test", "make", "drawing"); },
                ThrowsMessage<Error>(AllOf(HasSubstr(file.filename().string() + ", which does not load: "),
                                           HasSubstr("header"), HasSubstr("build it again"))));
    std::filesystem::remove(file);
}

TEST(Plugin, WhoseLibrariesAreMissingOrOldSaysWhichAndWhatHelps) {
    EXPECT_THAT(plugin_message("libyolo_torch.so", "training",
                               "libtorch_cpu.so: cannot open shared object file: No such file or directory"),
                AllOf(HasSubstr("training needs"), HasSubstr("libtorch_cpu.so: cannot open"),
                      HasSubstr("LD_LIBRARY_PATH")));
    EXPECT_THAT(plugin_message("libyolo_torch.so", "training",
                               "/a/libyolo_torch.so: undefined symbol: _ZN4yolo9read_fileERKi"),
                AllOf(HasSubstr("undefined symbol: yolo::read_file(int const&)"), Not(HasSubstr("_ZN")),
                      HasSubstr("another version")));
    EXPECT_THAT(plugin_message("libyolo_cpu.so", "a", "/a/libm.so.6: version `GLIBC_2.38' not found"),
                HasSubstr("GLIBC_2.38"));
}

}  // namespace
}  // namespace yolo
