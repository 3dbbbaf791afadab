// SPDX-License-Identifier: Apache-2.0
/// \file No mode changes, replaces or removes a file that no run has made: each runs in folders full of them.
#include <map>

#include <gmock/gmock.h>
#include <opencv2/core.hpp>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>

#include "core/files.hpp"
#include "data/shapes/shapes.hpp"
#include "image/codec.hpp"
#include "sources/video_writer.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

using Contents = std::map<fs::path, std::string>;  ///< of links: where they lead

Contents contents_of(const fs::path& folder) {
    Contents contents;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_symlink())
            contents[entry.path()] = "-> " + fs::read_symlink(entry.path()).string();
        else if (entry.is_regular_file())
            contents[entry.path()] = read_text(entry.path());
    }
    return contents;
}

void expect_kept(const Contents& before, const fs::path& folder) {
    const Contents after = contents_of(folder);
    for (const auto& [path, text] : before) {
        const auto found = after.find(path);
        if (found == after.end())
            ADD_FAILURE() << path << " is gone";
        else
            EXPECT_TRUE(found->second == text) << path << " is another now";
    }
}

class ForeignFiles : public ::testing::Test {
  protected:
    void SetUp() override {
        root_ = test::scratch_dir();
        fs::create_directories(root_ / "pics");
        for (const char* name : {"a.jpg", "b.png", "c.jpg"}) add_picture(root_ / "pics" / name);
    }

    static void add_picture(const fs::path& path) {
        cv::Mat picture(48, 64, CV_8UC3);
        cv::randu(picture, 0, 255);
        image::write_image(path, picture);
    }

    static fs::path model(const char* task) {
        return test::source_dir() / "models/starter" / (std::string(task) + ".pt");
    }

    Config config(Mode mode, const fs::path& save_dir) const {
        Config config;
        config.set_mode(mode);
        config.set("model", model("detect").string());
        config.set("imgsz", std::int64_t{64});
        config.set("save_dir", save_dir.string());
        if (mode == Mode::predict) config.set("source", (root_ / "pics").string());
        if (mode == Mode::predict) config.set("conf", 0.001);
        return config;
    }

    /// Everything that the mode could write into `folder` is there already, in turn as a file, as a link to
    /// one, and behind a link to a folder.
    void fill(const fs::path& folder, const std::vector<std::string>& names) const {
        fs::create_directories(root_ / "precious");
        int number = 0;
        for (const std::string& name : names) {
            const fs::path path = folder / name;
            fs::create_directories(path.parent_path());
            if (number++ % 2 == 0) {
                write_file(path, "foreign " + name);
            } else {
                const fs::path target = root_ / "precious" / std::to_string(number);
                write_file(target, "precious");
                fs::create_symlink(target, path);
            }
        }
    }

    /// Runs the command; an error must name one of the files or folders in the way.
    template <class Command>
    void run(Command command, const Config& config) {
        const Contents before = contents_of(root_);
        CommandContext context;
        context.log = [this](LogLevel, std::string_view text) { said_.emplace_back(text); };
        error_.clear();
        try {
            command(config, context);
        } catch (const Error& error) {
            error_ = error.what();
        }
        expect_kept(before, root_);
    }

    fs::path shapes() const {
        const fs::path folder = root_ / "set";
        if (!fs::exists(folder))
            data::write_shapes(folder,
                               {.task = Task::detect, .pictures = 10, .size = 64, .seed = 0, .log = {}});
        return folder / "shapes.yaml";
    }

    fs::path root_;
    std::vector<std::string> said_;
    std::string error_;
};

TEST_F(ForeignFiles, PredictedPicturesDoNotReplaceTheirSources) {
    run(run_predict, config(Mode::predict, root_ / "pics"));
    EXPECT_THAT(error_, HasSubstr("a.jpg"));
    fs::create_directory_symlink(root_ / "pics", root_ / "link");
    run(run_predict, config(Mode::predict, root_ / "link"));
    EXPECT_THAT(error_, HasSubstr("a.jpg"));
    fs::create_directories(root_ / "hard");
    fs::create_hard_link(root_ / "pics/a.jpg", root_ / "hard/a.jpg");
    run(run_predict, config(Mode::predict, root_ / "hard"));
    EXPECT_THAT(error_, HasSubstr("a.jpg"));
}

TEST_F(ForeignFiles, AVideoIsNotWrittenOntoItself) {
    {
        sources::VideoWriter video(root_ / "clip.avi", 10, {48, 64});
        for (int i = 0; i < 3; ++i) video.write(cv::Mat(48, 64, CV_8UC3, cv::Scalar(80, 90, 100)));
        video.close();
    }
    Config here = config(Mode::predict, root_);
    here.set("source", (root_ / "clip.avi").string());
    run(run_predict, here);
    EXPECT_THAT(error_, HasSubstr("clip.avi"));
}

TEST_F(ForeignFiles, AnOwnResultIsNotWrittenOntoItselfEither) {
    const fs::path folder = root_ / "run";
    run(run_predict, config(Mode::predict, folder));
    ASSERT_EQ(error_, "");
    Config again = config(Mode::predict, folder);
    again.set("source", folder.string());
    run(run_predict, again);
    EXPECT_THAT(error_, HasSubstr("a.jpg"));
}

TEST_F(ForeignFiles, PredictKeepsWhatIsInItsWay) {
    const std::vector<std::string> names = {"b.jpg",        "predictions.jsonl", "labels/a.txt",
                                            "labels/b.txt", "labels/c.txt",      "crops/triangle/a.jpg",
                                            "notes.md"};
    for (const char* key : {"save", "save_txt", "save_crop", "save_json"}) {
        const fs::path folder = root_ / ("into_" + std::string(key));
        fill(folder, names);
        Config into = config(Mode::predict, folder);
        into.set("save", false);
        into.set(key, true);
        run(run_predict, into);
        EXPECT_THAT(error_, HasSubstr("no run")) << key;
    }
}

TEST_F(ForeignFiles, AFolderBesideOthersFilesIsUsed) {
    const fs::path folder = root_ / "shared";
    fill(folder, {"notes.md", "other.jpg", "data.csv", "mine/labels.txt"});
    Config into = config(Mode::predict, folder);
    for (const char* key : {"save_txt", "save_crop", "save_json"}) into.set(key, true);
    run(run_predict, into);
    EXPECT_EQ(error_, "");
    EXPECT_TRUE(fs::exists(folder / "a.jpg"));
    said_.clear();
    run(run_predict, config(Mode::predict, root_ / "second"));
    CommandContext context;
    EXPECT_NO_THROW(run_predict(into, context)) << "again, over its own files";
}

TEST_F(ForeignFiles, ValKeepsTheGroundTruth) {
    const fs::path set = shapes().parent_path();
    Config into = config(Mode::val, set);
    into.set("data", shapes().string());
    into.set("plots", false);
    into.set("save_txt", true);
    run(run_val, into);
    EXPECT_THAT(error_, HasSubstr("labels"));
    into.set("save_dir", std::string());
    into.set("project", root_.string());
    into.set("name", "set");
    into.set("exist_ok", true);
    run(run_val, into);
    EXPECT_THAT(error_, HasSubstr("labels"));
    fs::create_directories(root_ / "run");
    fs::create_directory_symlink(set / "labels", root_ / "run/labels");
    into.set("name", "run");
    run(run_val, into);
    EXPECT_THAT(error_, HasSubstr("labels"));
}

TEST_F(ForeignFiles, ValWritesItsFiguresBesideOthers) {
    const fs::path folder = root_ / "run";
    fill(folder,
         {"confusion_matrix.png", "confusion_matrix_normalized.png", "BoxPR_curve.png", "BoxF1_curve.png",
          "BoxP_curve.png", "BoxR_curve.png", "val_batch0_labels.jpg", "val_batch0_pred.jpg"});
    Config into = config(Mode::val, folder);
    into.set("data", shapes().string());
    run(run_val, into);
    EXPECT_EQ(error_, "");
    EXPECT_TRUE(fs::exists(folder / "confusion_matrix-2.png"));
    EXPECT_THAT(said_, Contains(HasSubstr("confusion_matrix-2.png is written beside it")));
}

TEST_F(ForeignFiles, ValRefusesBeforeItReadsAnything) {
    const fs::path folder = root_ / "run";
    fill(folder, {"predictions.json", "predictions_txt/Task1_a.txt", "visualizations/x.jpg"});
    Config into = config(Mode::val, folder);
    into.set("data", shapes().string());
    into.set("save_json", true);
    run(run_val, into);
    EXPECT_THAT(error_, HasSubstr("predictions.json"));
    EXPECT_FALSE(fs::exists(shapes().parent_path() / "labels/val.yolo.cache")) << "the set was read";
}

TEST_F(ForeignFiles, TheDoctorsReportToo) {
    fill(root_ / "report", {"report.json"});
    Config into = config(Mode::val, root_ / "report");
    into.set("data", shapes().string());
    run(run_data_check, into);
    EXPECT_THAT(error_, HasSubstr("report.json"));
}

#ifdef YOLO_HAS_TORCH

Config short_training(Config config, const fs::path& data) {
    config.set("data", data.string());
    config.set("model", std::string("yolov8n.yaml"));
    config.set("epochs", std::int64_t{1});
    config.set("batch", std::int64_t{4});
    config.set("workers", std::int64_t{0});
    return config;
}

TEST_F(ForeignFiles, TrainRefusesBeforeItReadsAnything) {
    for (const char* name : {"weights/best.pt", "weights/mine.pt", "results.csv", "args.yaml"}) {
        const fs::path folder = root_ / fs::path(name).stem();
        fill(folder, {name});
        run(run_train, short_training(config(Mode::train, folder), shapes()));
        EXPECT_THAT(error_, HasSubstr(folder.string())) << name;
    }
    EXPECT_FALSE(fs::exists(shapes().parent_path() / "labels/train.yolo.cache")) << "the set was read";
}

TEST_F(ForeignFiles, TrainWritesItsFiguresBesideOthers) {
    const fs::path folder = root_ / "run";
    fill(folder, {"results.png", "labels.jpg", "train_batch0.jpg", "train_batch1.jpg", "confusion_matrix.png",
                  "val_batch0_pred.jpg", "notes.md", "events.out.tfevents.1.host.1.0"});
    run(run_train, short_training(config(Mode::train, folder), shapes()));
    EXPECT_EQ(error_, "");
    for (const char* name : {"results-2.png", "labels-2.jpg", "train_batch0-2.jpg", "weights/best.pt"})
        EXPECT_TRUE(fs::exists(folder / name)) << name;
}

#endif

}  // namespace
}  // namespace yolo
