// SPDX-License-Identifier: Apache-2.0
// The rules themselves against bad texts, then every file of the repository against the rules.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "layout/layout_rules.hpp"
#include "support/golden.hpp"

namespace yolo::test {

namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> check(const std::string& path, const std::string& body) {
    return violations(path, "// SPDX-License-Identifier: Apache-2.0\n" + body);
}

TEST(LayoutRules, FindIncludes) {
    const auto includes = includes_of("#include <vector>\nint x;\n  #  include \"core/tensor.hpp\" // why\n");
    ASSERT_EQ(includes.size(), 2U);
    EXPECT_EQ(includes[0].target, "vector");
    EXPECT_FALSE(includes[0].quoted);
    EXPECT_EQ(includes[1].target, "core/tensor.hpp");
    EXPECT_EQ(includes[1].line, 3);
    EXPECT_TRUE(includes[1].quoted);
}

TEST(LayoutRules, RoomsSeeOnlyWhatTheyStandOn) {
    EXPECT_THAT(check("src/graph/graph.cpp", "#include \"core/tensor.hpp\"\n#include <yolo/error.hpp>\n"),
                IsEmpty());
    EXPECT_THAT(check("src/core/files.cpp", "#include \"graph/graph.hpp\"\n"),
                ElementsAre(HasSubstr("src/core/files.cpp:2: core must not include graph")));
    EXPECT_THAT(check("src/tasks/obb/nms.cpp", "#include \"engines/engine.hpp\"\n"),
                ElementsAre(HasSubstr("tasks must not include engines")));
    EXPECT_THAT(check("src/engines/cpu/cpu.cpp", "#include \"modes/run_folder.hpp\"\n"),
                ElementsAre(HasSubstr("engines must not include modes")));
    EXPECT_THAT(check("src/image/draw.cpp", "#include \"letterbox.hpp\"\n"),
                ElementsAre(HasSubstr("does not start with the name of a room")));
    EXPECT_THAT(check("src/attic/x.cpp", "#include \"core/tensor.hpp\"\n"),
                ElementsAre(HasSubstr("'attic' has no row")));
}

TEST(LayoutRules, PublicHeadersIncludeTheStandardLibraryOnly) {
    EXPECT_THAT(check("include/yolo/model.hpp", "#include <yolo/image.hpp>\n#include <vector>\n"), IsEmpty());
    EXPECT_THAT(check("include/yolo/opencv.hpp", "#include <opencv2/core/mat.hpp>\n"), IsEmpty());
    EXPECT_THAT(check("include/yolo/model.hpp", "#include <opencv2/core/mat.hpp>\n"),
                ElementsAre(HasSubstr("the standard library only")));
    EXPECT_THAT(check("include/yolo/model.hpp", "#include <fmt/core.h>\n#include <unistd.h>\n"),
                ElementsAre(HasSubstr("fmt"), HasSubstr("unistd")));
    EXPECT_THAT(check("include/yolo/model.hpp", "#include \"core/tensor.hpp\"\n"),
                ElementsAre(HasSubstr("must not include \"core/tensor.hpp\"")));
}

TEST(LayoutRules, ApplicationsAreUsersOfTheLibrary) {
    EXPECT_THAT(check("apps/yolo/main.cpp", "#include \"help.hpp\"\n#include <yolo/yolo.hpp>\n"), IsEmpty());
    EXPECT_THAT(check("apps/yolo/main.cpp", "#include \"core/files.hpp\"\n"),
                ElementsAre(HasSubstr("not a public header")));
}

TEST(LayoutRules, HeavyLibrariesHaveTheirPlace) {
    EXPECT_THAT(check("src/sources/plugins/video.cpp", "#include <opencv2/videoio.hpp>\n"), IsEmpty());
    EXPECT_THAT(check("src/sources/video.cpp", "#include <opencv2/videoio.hpp>\n"),
                ElementsAre(HasSubstr("plug-in")));
    EXPECT_THAT(check("src/modes/predict.cpp", "#include <oneapi/dnnl/dnnl.hpp>\n"),
                ElementsAre(HasSubstr("oneDNN")));
    EXPECT_THAT(check("src/engines/cpu/cpu.cpp", "#include <torch/torch.h>\n"),
                ElementsAre(HasSubstr("LibTorch")));
    EXPECT_THAT(
        check("src/train/torch/learner.cpp", "#include <ATen/Parallel.h>\n#include <c10/util/Half.h>\n"),
        IsEmpty());
    EXPECT_THAT(check("src/modes/train.cpp", "#include <ATen/Parallel.h>\n#include <c10/util/Half.h>\n"),
                ElementsAre(HasSubstr("LibTorch"), HasSubstr("LibTorch")));
    EXPECT_THAT(check("src/plots/cairo/canvas.cpp", "#include <pango/pangocairo.h>\n"), IsEmpty());
    EXPECT_THAT(check("src/plots/canvas.cpp", "#include <pango/pangocairo.h>\n"),
                ElementsAre(HasSubstr("plug-in")));
}

TEST(LayoutRules, LicenceAndLength) {
    EXPECT_THAT(violations("src/core/a.cpp", "int x;\n"), ElementsAre(HasSubstr("SPDX")));
    EXPECT_THAT(violations("src/core/a.cpp", ""), ElementsAre(HasSubstr("SPDX")));
    EXPECT_THAT(violations("scripts/a", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n"), IsEmpty());
    EXPECT_THAT(violations("scripts/a", "#!/bin/sh"), ElementsAre(HasSubstr("SPDX")));
    EXPECT_THAT(check("src/core/a.cpp", std::string(599, '\n')), IsEmpty());
    EXPECT_THAT(check("src/core/a.cpp", std::string(600, '\n')), ElementsAre(HasSubstr("601 lines")));
}

TEST(HouseRules, ReadArrows) {
    const Arrows arrows = arrows_of("words\n    core <- {a, b} <- c/d\n\nb <- e\n");
    EXPECT_EQ(arrows.at("core"), Rooms());
    EXPECT_EQ(arrows.at("a"), Rooms{"core"});
    EXPECT_EQ(arrows.at("c/d"), (Rooms{"a", "b", "core"}));
    EXPECT_EQ(arrows.at("e"), (Rooms{"b", "core"}));
    EXPECT_EQ(arrows.size(), 5U);
    const Arrows linked =
        linked_rooms("yolo_room(core LINK x)\nyolo_room(a DEPS core b EXCLUDE /c/)\nyolo_room_test(z)");
    EXPECT_EQ(linked, (Arrows{{"core", {}}, {"a", {"b", "core"}}}));
}

/// A house of two rooms, and rows that fit it.
struct TwoRooms {
    House house{.folders = {"core", "top"},
                .used = {{"core", {}}, {"top", {"core"}}},
                .drawn = arrows_of("core <- top"),
                .linked = {{"core", {}}, {"top", {"core"}}}};
    Arrows rows = {{"core", {}}, {"top", {"core"}}};

    std::vector<std::string> problems() const { return house_problems(rows, house); }
};

TEST(HouseRules, RoomsHaveRowsAndRowsHaveRooms) {
    TwoRooms fits;
    EXPECT_THAT(fits.problems(), IsEmpty());
    TwoRooms attic;
    attic.house.folders.insert("attic");
    EXPECT_THAT(attic.problems(),
                ElementsAre(HasSubstr("src/attic has no row"), HasSubstr("does not build")));
    TwoRooms gone;
    gone.rows["cellar"] = {};
    EXPECT_THAT(gone.problems(), ElementsAre(HasSubstr("src/cellar has a row and no files"),
                                             HasSubstr("does not draw cellar")));
    TwoRooms painted;
    painted.house.drawn["cellar"] = {"core"};
    EXPECT_THAT(painted.problems(), ElementsAre(HasSubstr("draws cellar, which has no row")));
}

TEST(HouseRules, EveryPermissionIsUsedDrawnAndLinked) {
    TwoRooms stale;
    stale.house.used["top"] = {};
    EXPECT_THAT(stale.problems(), ElementsAre(HasSubstr("no file of top includes core")));
    TwoRooms against;
    against.house.drawn = arrows_of("top <- core");
    EXPECT_THAT(against.problems(),
                ElementsAre(HasSubstr("draws no way from top to core"), HasSubstr("against the arrows")));
    TwoRooms circle;
    circle.house.drawn = arrows_of("core <- top <- core");
    EXPECT_THAT(circle.problems(),
                ElementsAre(HasSubstr("circle through core"), HasSubstr("circle through top")));
    TwoRooms unlinked;
    unlinked.house.linked["top"] = {};
    EXPECT_THAT(unlinked.problems(), ElementsAre(HasSubstr("does not link top to core")));
    TwoRooms backwards;
    backwards.house.linked["core"] = {"top"};
    EXPECT_THAT(backwards.problems(), ElementsAre(HasSubstr("links core to top against the arrows")));
}

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool is_source(const fs::path& path) {
    const std::string suffix = path.extension().string();
    return suffix == ".cpp" || suffix == ".hpp" || suffix == ".cmake" || suffix == ".yaml" ||
           suffix == ".sh" || path.filename() == "CMakeLists.txt" ||
           (suffix.empty() && path.parent_path().filename() == "scripts");
}

TEST(Layout, EveryFileKeepsTheRules) {
    const fs::path root = test::source_dir();
    int files = 0;
    for (const char* folder :
         {"include", "src", "apps", "tests", "bench", "fuzz", "examples", "scripts", "cmake", "models"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            if (!entry.is_regular_file() || !is_source(entry.path())) continue;
            ++files;
            const std::string path = fs::relative(entry.path(), root).generic_string();
            for (const std::string& violation : violations(path, read(entry.path())))
                ADD_FAILURE() << violation;
        }
    }
    EXPECT_GT(files, 50) << "the repository was not found at " << root;
}

/// src/ as it is, with what tells of it.
House house_of(const fs::path& root) {
    House house;
    for (const auto& entry : fs::directory_iterator(root / "src")) {
        if (entry.is_directory()) house.folders.insert(entry.path().filename().string());
    }
    for (const auto& entry : fs::recursive_directory_iterator(root / "src")) {
        const std::string path = fs::relative(entry.path(), root).generic_string();
        if (!path.ends_with(".cpp") && !path.ends_with(".hpp")) continue;
        const std::string room = row_of(path);
        Rooms& used = house.used[room];
        for (const Include& include : includes_of(read(entry.path()))) {
            const std::string target = include.target.substr(0, include.target.find('/'));
            if (include.quoted && target != room) used.insert(target);
        }
    }
    house.drawn = arrows_of(read(root / "docs" / "architecture.md"));
    house.linked = linked_rooms(read(root / "src" / "CMakeLists.txt"));
    return house;
}

TEST(Layout, RowsAndRoomsAreTheSame) {
    EXPECT_THAT(house_problems(allowed_rooms(), house_of(test::source_dir())), IsEmpty());
}

TEST(Layout, FoldersOfARoomIncludeOneAnotherOneWay) {
    const fs::path root = test::source_dir() / "src";
    for (const std::string room : {"checkpoint", "data"}) {
        std::set<std::pair<std::string, std::string>> seen;  // who includes whom
        for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
            if (!entry.is_regular_file()) continue;
            const std::string folder = fs::relative(entry.path().parent_path(), root).generic_string();
            for (const Include& include : includes_of(read(entry.path()))) {
                const std::string other = fs::path(include.target).parent_path().generic_string();
                if (folder != other && folder != room && other.starts_with(room + "/"))
                    seen.emplace(folder, other);
            }
        }
        EXPECT_FALSE(seen.empty());
        for (const auto& [from, to] : seen) EXPECT_FALSE(seen.contains({to, from})) << from << " and " << to;
    }
}

}  // namespace

}  // namespace yolo::test
