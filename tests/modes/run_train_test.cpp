// SPDX-License-Identifier: Apache-2.0
/// \file `yolo train` as a user runs it, on drawn shapes. Without LibTorch (sanitizers) there is no training.
#ifdef YOLO_HAS_TORCH

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>
#include <yolo/model.hpp>
#include <yolo/settings.hpp>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/pt_file.hpp"
#include "core/files.hpp"
#include "core/processor.hpp"
#include "data/shapes/shapes.hpp"
#include "image/channels.hpp"
#include "image/codec.hpp"
#include "support/golden.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// One run's options and what it said.
class TrainRun {
  public:
    explicit TrainRun(fs::path save_dir, Task task = Task::detect) : folder(std::move(save_dir)) {
        const fs::path shapes = folder.parent_path() / ("shapes-" + std::string(to_string(task)));
        if (!fs::exists(shapes))
            data::write_shapes(shapes, {.task = task, .pictures = 20, .size = 64, .seed = 0, .log = {}});
        config.set_mode(Mode::train);
        config.set("task", std::string(to_string(task)));
        config.set("data", (task == Task::classify ? shapes : shapes / "shapes.yaml").string());
        set("model", model_of(task));
        set("epochs", "2");
        set("imgsz", "64");
        set("batch", "4");
        set("close_mosaic", "1");
        set("nbs", "8");  // two batches make a step: the state between them is saved too
        set("plots", "False");
        set("amp", "False");  // what a processor is faster in may differ from run to run
        set("save_dir", folder.string());
    }

    void set(const char* key, const std::string& text) { config.set(key, parse_value(text)); }

    void run(int cancel_after = -1) {
        std::atomic<int> asked = 0;
        run_train(config,
                  {.log =
                       [this](LogLevel, std::string_view text) {
                           said += std::string(text) + "\n";
                           if (!dies_saying.empty() && text.find(dies_saying) != std::string_view::npos)
                               throw std::runtime_error("killed");
                       },
                   .cancelled = [&] { return cancel_after >= 0 && ++asked > cancel_after; },
                   .progress = {}});
    }

    fs::path weights(const char* name) const { return folder / "weights" / name; }

    Config config;
    fs::path folder;
    std::string said;
    std::string dies_saying;  ///< the run ends there, as if it were killed

  private:
    static std::string model_of(Task task) {
        const std::string suffix = task == Task::segment    ? "-seg"
                                   : task == Task::pose     ? "-pose"
                                   : task == Task::obb      ? "-obb"
                                   : task == Task::classify ? "-cls"
                                                            : "";
        return "yolov8n" + suffix + ".yaml";
    }
};

/// What `yolo train resume=True model=last.pt` does.
TrainRun resumed(const TrainRun& cut) {
    TrainRun rest(cut.folder);
    rest.config = Config();
    rest.config.set_mode(Mode::train);
    rest.set("model", cut.weights("last.pt").string());
    rest.set("resume", "True");
    return rest;
}

/// results.csv without its second column.
std::vector<std::string> rows_without_time(const fs::path& folder) {
    std::istringstream lines(read_text(folder / "results.csv"));
    std::vector<std::string> rows;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find(','), second = line.find(',', first + 1);
        rows.push_back(line.erase(first, second - first));
    }
    return rows;
}

void expect_equal_weights(const fs::path& first, const fs::path& second) {
    const checkpoint::Checkpoint a = checkpoint::load(first), b = checkpoint::load(second);
    ASSERT_EQ(a.weights.size(), b.weights.size());
    for (const auto& [name, tensor] : a.weights) {
        const Tensor& other = b.weights.at(name);
        ASSERT_EQ(tensor.bytes(), other.bytes()) << name;
        EXPECT_EQ(std::memcmp(tensor.raw(), other.raw(), tensor.bytes()), 0) << name;
    }
}

TEST(RunTrain, EveryTaskTrainsAndLeavesAModelThatLoads) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    for (const Task task : {Task::detect, Task::segment, Task::pose, Task::obb, Task::classify}) {
        TrainRun train(scratch / to_string(task), task);
        train.set("epochs", "1");
        train.run();
        const checkpoint::Checkpoint best = checkpoint::load(train.weights("best.pt"));
        EXPECT_EQ(best.info.task, task);
        EXPECT_EQ(best.metadata.at("epoch"), -1);
        EXPECT_THAT(read_text(train.folder / "results.csv"),
                    HasSubstr(task == Task::classify ? "accuracy_top1" : "mAP50-95(B)"));
        EXPECT_THAT(read_text(train.folder / "args.yaml"), HasSubstr("optimizer: auto"));
        EXPECT_THROW(checkpoint::read_training_state(train.weights("last.pt")), Error);
    }
}

TEST(RunTrain, AnInterruptedRunResumesToTheSameWeightsBitForBit) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    TrainRun whole(scratch / "whole");
    whole.run();
    // Between two halves of a step, after a step, after an epoch's last batch, in its validation, in the
    // second epoch.
    for (const int batches : {1, 2, 4, 5, 7}) {
        const fs::path folder = scratch / ("cut" + std::to_string(batches));
        TrainRun cut(folder);
        cut.run(batches - 1);
        EXPECT_THAT(cut.said, HasSubstr("resume=True")) << batches;
        TrainRun rest = resumed(cut);
        rest.run();
        expect_equal_weights(whole.weights("last.pt"), rest.weights("last.pt"));
        expect_equal_weights(whole.weights("best.pt"), rest.weights("best.pt"));
        EXPECT_EQ(rows_without_time(whole.folder), rows_without_time(rest.folder)) << batches;
    }
}

/// Puts a TIFF of that size without any pixels in its place: it passes the scan and cannot be decoded.
void hollow(const fs::path& picture, std::uint16_t side) {
    std::string bytes("II*\0\x08\0\0\0\x02\0", 10);
    for (const char tag : {'\0', '\x01'}) {
        bytes += {tag, '\x01', '\x03', '\0', '\x01', '\0', '\0', '\0'};
        bytes += {static_cast<char>(side & 0xff), static_cast<char>(side >> 8), '\0', '\0'};
    }
    write_file(picture, bytes + std::string(4, '\0'));
}

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

TEST(RunTrain, GoesOnWithoutPicturesThatCannotBeRead) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    TrainRun whole(scratch / "whole");
    std::size_t hollows = 0;
    for (const char* split : {"train", "val"}) {
        std::vector<fs::path> pictures;
        for (const auto& entry : fs::directory_iterator(scratch / "shapes-detect" / "images" / split))
            pictures.push_back(entry.path());
        std::ranges::sort(pictures);
        for (std::size_t i = 1; i < pictures.size(); i += 3, ++hollows) hollow(pictures[i], 64);
    }
    ASSERT_GT(hollows, 2u);
    whole.set("workers", "2");
    whole.run();
    EXPECT_EQ(count_of(whole.said, "could not be read and w"), 2u) << "of train and of val\n" << whole.said;
    // Ended in the middle of an epoch, gone on with other threads.
    TrainRun cut(scratch / "cut");
    cut.run(1);
    TrainRun rest = resumed(cut);
    rest.set("workers", "1");
    rest.run();
    expect_equal_weights(whole.weights("last.pt"), rest.weights("last.pt"));
    EXPECT_EQ(rows_without_time(whole.folder), rows_without_time(rest.folder));
}

TEST(RunTrain, WithoutAPictureThatCanBeReadThereIsOneSentence) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    TrainRun train(scratch / "train");
    for (const auto& entry : fs::directory_iterator(scratch / "shapes-detect" / "images" / "train"))
        hollow(entry.path(), 64);
    EXPECT_THAT([&] { train.run(); }, testing::ThrowsMessage<Error>(HasSubstr("pictures can be read")));
}

TEST(RunTrain, ALastBatchOfOnePictureIsRefusedWithWhatWouldDo) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    const auto refusal = [&](const std::vector<std::pair<const char*, std::string>>& options) {
        TrainRun train(scratch / "train");
        for (const auto& [key, value] : options) train.set(key, value);
        std::string text = "none";
        try {
            train.run();
        } catch (const UsageError& error) {
            text = error.what();
        }
        return text;
    };
    const std::string five = "0.3125";  // of 16 pictures
    EXPECT_EQ(
        refusal({{"imgsz", "32"}, {"fraction", five}}),
        "of 5 pictures batch=4 leaves one for the last batch, too few for batch normalisation at 32 pixels: "
        "batch=5 or imgsz=64 would do");
    EXPECT_EQ(
        refusal({{"imgsz", "32"}, {"fraction", five}, {"batch", "1"}}),
        "with batch=1 each batch holds one picture, too few for batch normalisation at 32 pixels: batch=3 or "
        "imgsz=64 would do");
    EXPECT_EQ(
        refusal({{"fraction", five}, {"multi_scale", "0.5"}}),
        "of 5 pictures batch=4 leaves one for the last batch, too few for batch normalisation at 32 pixels "
        "(multi_scale=0.5): batch=5 or imgsz=128 would do");
    EXPECT_EQ(refusal({{"imgsz", "32"}, {"fraction", "0.05"}}),
              "there is only one picture to train on, too few for batch normalisation at 32 pixels: imgsz=64 "
              "would do");
}

TEST(RunTrain, KilledBehindTheLastEpochItIsFinishedByResuming) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    // By patience (its third epoch cannot be better than both others at a rate of 0), and by its epochs.
    for (const char* patience : {"1", "100"}) {
        const auto made = [&](const char* name) {
            TrainRun run(scratch / (std::string(name) + patience));
            run.set("epochs", "4");
            run.set("patience", patience);
            run.set("optimizer", "SGD");
            run.set("lr0", "0.0");
            run.set("warmup_bias_lr", "0.0");
            return run;
        };
        TrainRun whole = made("whole");
        whole.run();
        TrainRun cut = made("cut");
        cut.dies_saying = "epochs completed";
        EXPECT_THROW(cut.run(), std::runtime_error);
        TrainRun rest = resumed(cut);
        rest.run();
        EXPECT_THAT(rest.said, HasSubstr("finishing the training's files")) << patience;
        for (const char* name : {"last.pt", "best.pt"})
            expect_equal_weights(whole.weights(name), rest.weights(name));
        EXPECT_EQ(rows_without_time(whole.folder), rows_without_time(rest.folder)) << patience;
        EXPECT_THROW(checkpoint::read_training_state(rest.weights("last.pt")), Error);
    }
}

TEST(RunTrain, ResumingNeedsNoFileButTheCheckpoint) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    TrainRun source(scratch / "source");
    source.set("epochs", "1");
    source.run();
    TrainRun cut(scratch / "cut");
    cut.set("pretrained", source.weights("best.pt").string());
    cut.run(2);
    fs::remove_all(source.folder);
    TrainRun rest = resumed(cut);
    rest.run();
    EXPECT_THAT(rest.said, HasSubstr("epochs completed"));
}

TEST(RunTrain, AnEarlierRunsCheckpointsAreNotItsOwn) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    TrainRun earlier(scratch / "run");
    earlier.set("epochs", "1");
    earlier.run();
    const std::string best = read_text(earlier.weights("best.pt"));
    TrainRun later(scratch / "run");
    later.set("exist_ok", "True");
    later.set("save", "False");
    later.set("val", "False");
    later.run();
    EXPECT_EQ(read_text(later.weights("best.pt")), best);
    EXPECT_THAT(later.said, testing::Not(HasSubstr("Validating")));
}

TEST(RunTrain, KeysWithoutEffectAreSaid) {
    TrainRun train(test::scratch_dir() / "run");
    train.set("epochs", "1");
    train.set("lr0", "0.5");
    train.set("warmup_momentum", "0.5");
    train.set("kobj", "2");
    train.set("rect", "True");
    train.set("mixup", "0.5");
    train.set("copy_paste_mode", "mixup");
    train.set("iou", "0.6");
    train.run();
    for (const char* key : {"lr0=0.5", "warmup_momentum=0.5", "kobj=2", "mixup=0.5", "copy_paste_mode=mixup"})
        EXPECT_THAT(train.said, HasSubstr(std::string(key) + " has no effect"));
    EXPECT_THAT(train.said, testing::Not(HasSubstr("iou=")));
}

TEST(RunTrain, ItsFilesNameOnlyOptionsThatThePythonPackageHas) {
    TrainRun train(test::scratch_dir() / "run");
    train.set("epochs", "1");
    train.run();
    const Json args = checkpoint::load(train.weights("best.pt")).metadata.at("train_args");
    EXPECT_EQ(args.size(), 113U);
    const std::string yaml = read_text(train.folder / "args.yaml");
    EXPECT_THAT(yaml, testing::Not(HasSubstr("\ncoco:")));
    EXPECT_THAT(yaml.substr(yaml.rfind('\n', yaml.size() - 2) + 1), testing::StartsWith("save_dir: "));
}

TEST(RunTrain, ResumingWithLargerBatchesGoesOnLearning) {
    TrainRun cut(test::scratch_dir() / "cut");
    cut.set("epochs", "4");
    cut.run(13);  // in the third epoch: four batches and one or two looks at the validation's in each
    TrainRun rest = resumed(cut);
    rest.set("batch", "8");
    rest.run();
    const Json losses =
        checkpoint::load(rest.weights("last.pt")).metadata.at("train_results").at("val/cls_loss");
    ASSERT_EQ(losses.size(), 4U);
    EXPECT_NE(losses[2], losses[3]);
}

TEST(RunTrain, ResumingKeepsOptionsThatWereSwitchedOff) {
    TrainRun cut(test::scratch_dir() / "cut", Task::classify);
    cut.set("auto_augment", "None");
    cut.run(2);
    TrainRun rest = resumed(cut);
    rest.run();
    EXPECT_THAT(read_text(rest.folder / "args.yaml"), HasSubstr("auto_augment: null"));
}

TEST(RunTrain, ATimeBudgetDoesNotLengthenTheLastEpochsTraining) {
    TrainRun train(test::scratch_dir() / "timed");
    train.set("epochs", "1");
    train.set("time", "1");
    train.run();
    EXPECT_THAT(train.said, HasSubstr("1 epochs completed"));
}

TEST(RunTrain, ACheckpointRemembersWhatItWasTrainedOn) {
    const fs::path scratch = test::scratch_dir();
    TrainRun first(scratch / "first", Task::pose);
    first.set("epochs", "1");
    first.run();
    const checkpoint::Checkpoint best = checkpoint::load(first.weights("best.pt"));
    EXPECT_EQ(best.metadata.at("kpt_names").at("0").at(0), "nose");
    const Json& metrics = best.metadata.at("train_metrics");
    EXPECT_TRUE(metrics.contains("val/kobj_loss")) << metrics.dump();
    TrainRun second(scratch / "second");
    second.config = Config();
    second.config.set_mode(Mode::train);
    second.set("model", first.weights("best.pt").string());
    second.set("epochs", "1");
    second.set("plots", "False");
    second.set("save_dir", second.folder.string());
    second.run();
    EXPECT_THAT(second.said, HasSubstr("Image sizes 64 train"));
}

TEST(RunTrain, AGreyDataSetMakesAGreyModelThatStaysGrey) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    TrainRun first(scratch / "grey"), cut(scratch / "cut"), next(scratch / "next"), back(scratch / "back");
    const fs::path grey = scratch / "shapes-detect" / "grey.yaml",
                   colour = grey.parent_path() / "colour.yaml";
    const std::string shapes = read_text(grey.parent_path() / "shapes.yaml");
    std::ofstream(grey) << shapes << "channels: 1\n";
    std::ofstream(colour) << shapes << "channels: 3\n";
    for (TrainRun* run : {&first, &cut}) run->set("data", grey.string());
    first.set("plots", "True");
    first.run();
    cut.run(7);
    resumed(cut).run();
    expect_equal_weights(first.weights("last.pt"), cut.weights("last.pt"));
    for (TrainRun* run : {&next, &back}) {
        run->set("model", first.weights("best.pt").string());
        run->set("epochs", "1");
    }
    back.set("data", colour.string());
    next.run();
    back.run();
    const auto channels_of = [](const TrainRun& run) {
        const checkpoint::Checkpoint model = checkpoint::load(run.weights("best.pt"));
        EXPECT_EQ(model.weights.at("model.0.conv.weight").dim(1), model.info.channels);
        return model.info.channels;
    };
    EXPECT_EQ(channels_of(first), 1);
    EXPECT_EQ(channels_of(next), 1);
    EXPECT_EQ(channels_of(back), 3);

    const auto val = [&](const char* key, const char* value) {
        Config config;
        config.set_mode(Mode::val);
        config.set("model", first.weights("best.pt").string());
        config.set("data", colour.string());
        config.set("imgsz", parse_value("64"));
        config.set("plots", parse_value("False"));
        config.set(key, parse_value(value));
        return run_val(config, {}).metrics;
    };
    // Both engines and the scales of augment take one channel.
    const auto by_cpu = val("engine", "cpu"), by_torch = val("engine", "torch");
    ASSERT_EQ(by_cpu.size(), by_torch.size());
    for (std::size_t i = 0; i < by_cpu.size(); ++i)
        EXPECT_NEAR(by_cpu[i].second, by_torch[i].second, 0.01) << by_cpu[i].first;
    EXPECT_FALSE(val("augment", "True").empty());

    Model model(first.weights("best.pt").string());
    PredictOptions options;
    options.conf = 0.0001F;
    const fs::path picture = *fs::directory_iterator(grey.parent_path() / "images" / "val");
    const cv::Mat pixels = image::read_image(picture), one = image::with_channels(pixels, 1);
    const Result from_colour = *model.predict(picture.string(), options).begin();
    const Result from_grey =
        model.predict({one.data, one.rows, one.cols, PixelFormat::gray, one.step[0]}, options);
    ASSERT_FALSE(from_colour.boxes.empty());
    ASSERT_EQ(from_colour.boxes.size(), from_grey.boxes.size());
    EXPECT_EQ(from_colour.boxes[0].confidence, from_grey.boxes[0].confidence);
}

TEST(RunTrain, TheSameSeedGivesTheSameWeightsWhateverTheWorkers) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    TrainRun one(scratch / "one"), two(scratch / "two"), other(scratch / "other");
    two.set("workers", "0");
    other.set("seed", "1");
    for (TrainRun* run : {&one, &two, &other}) {
        run->set("epochs", "1");
        run->run();
    }
    expect_equal_weights(one.weights("last.pt"), two.weights("last.pt"));
    const auto name = "model.0.conv.weight";
    const checkpoint::Checkpoint a = checkpoint::load(one.weights("last.pt")),
                                 b = checkpoint::load(other.weights("last.pt"));
    EXPECT_NE(std::memcmp(a.weights.at(name).raw(), b.weights.at(name).raw(), a.weights.at(name).bytes()), 0);
}

TEST(RunTrain, WhatCannotWorkIsRefusedInOneSentence) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    for (const auto& [key, value] : {std::pair{"distill_model", "yolov8s.pt"},
                                     {"device", "0,1"},
                                     {"batch", "0.5x"},
                                     {"resume", "True"},  // of a description
                                     {"copy_paste_mode", "copy"},
                                     {"freeze", "[0, 22.cv3]"}}) {
        TrainRun train(scratch / "refused");
        EXPECT_THROW(
            {
                train.set(key, value);
                train.run();
            },
            UsageError)
            << key;
        EXPECT_FALSE(fs::exists(train.folder)) << key;
    }
}

TEST(RunTrain, TheChoiceOfPrecisionIsMadeOnce) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    TrainRun cut(scratch / "cut");
    cut.set("amp", "True");
    cut.run(2);
    EXPECT_EQ(processor_has_bf16(), cut.said.find("AMP: ") != std::string::npos) << cut.said;
    const checkpoint::ResumePoint point = checkpoint::read_training_state(cut.weights("last.pt"));
    const std::string chosen = point.state.progress.at("precision");
    EXPECT_THAT(cut.said, HasSubstr(", " + chosen + ", "));
    for (const char* other : {"fp32", "bf16"}) {  // whatever was chosen: it is not chosen again
        if (std::string(other) == "bf16" && !processor_has_bf16()) continue;
        checkpoint::ResumePoint changed = checkpoint::read_training_state(cut.weights("last.pt"));
        changed.state.progress["precision"] = other;
        changed.model.weights = {};
        TrainRun rest(scratch / other);
        fs::create_directories(rest.weights("last.pt").parent_path());
        checkpoint::save_pt(rest.weights("last.pt"), changed.model, &changed.state);
        TrainRun goes_on = resumed(rest);
        goes_on.run(2);
        EXPECT_THAT(goes_on.said, HasSubstr(std::string(", ") + other + ", ")) << goes_on.said;
        EXPECT_EQ(goes_on.said.find("AMP: "), std::string::npos) << goes_on.said;
    }
}

TEST(RunTrain, ABatchThatMemoryChoosesIsKept) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    TrainRun cut(scratch / "cut");
    cut.set("batch", "-1");
    cut.dies_saying = "2/2";
    EXPECT_THROW(cut.run(), std::runtime_error);
    EXPECT_THAT(cut.said, HasSubstr("batch=-1: 16, all pictures that there are fit"));
    EXPECT_THAT(read_text(cut.folder / "args.yaml"), HasSubstr("batch: 16"));
    TrainRun rest = resumed(cut);
    rest.run();
    EXPECT_EQ(rest.said.find("batch="), std::string::npos) << rest.said;
    EXPECT_EQ(checkpoint::load(rest.weights("best.pt")).metadata.at("train_args").at("batch"), 16);
}

TEST(RunTrain, TensorBoardsFilesAreWrittenWhenTheSettingsSaySo) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    ::setenv("YOLO_CONFIG_DIR", (scratch / "config").c_str(), 1);
    for (const bool wanted : {false, true}) {
        change_settings({{"tensorboard", wanted ? "True" : "False"}});
        TrainRun train(scratch / (wanted ? "with" : "without"));
        train.set("epochs", "1");
        train.run();
        int files = 0;
        for (const auto& entry : fs::directory_iterator(train.folder))
            files += entry.path().filename().string().starts_with("events.out.tfevents") ? 1 : 0;
        EXPECT_EQ(files, wanted ? 1 : 0);
    }
    ::unsetenv("YOLO_CONFIG_DIR");
}

TEST(RunTrain, AFinishedFileCannotBeResumed) {
    const fs::path scratch = test::scratch_dir();  // emptied by each call
    TrainRun train(scratch / "finished");
    train.set("epochs", "1");
    train.run();
    TrainRun more = resumed(train);
    more.set("epochs", "7");
    EXPECT_THAT([&] { more.run(); },
                testing::ThrowsMessage<Error>(
                    HasSubstr("yolo train model=" + train.weights("best.pt").string() + " epochs=7")));
}

}  // namespace
}  // namespace yolo

#endif
