// SPDX-License-Identifier: Apache-2.0
/// \file Pictures that pass the scan and cannot be read when they are wanted.
#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "data/fake_dataset.hpp"
#include "data/loader.hpp"
#include "data/loading/epoch_plan.hpp"
#include "data/loading/unreadable_pictures.hpp"

namespace yolo {
namespace {

namespace fs = std::filesystem;
using data::Loader;
using data::LoaderOptions;
using data::PictureCache;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

LoaderOptions training(int workers, PictureCache cache = PictureCache::none) {
    LoaderOptions options;
    options.imgsz = 64, options.batch = 4, options.seed = 7, options.workers = workers, options.cache = cache;
    options.augmentation.mixup = options.augmentation.cutmix = options.augmentation.copy_paste = 0.7;
    options.augmentation.copy_paste_mode = "mixup";
    return options;
}

LoaderOptions validation(int workers, PictureCache cache = PictureCache::none) {
    LoaderOptions options;
    options.training = false, options.imgsz = 64, options.batch = 2, options.workers = workers;
    options.cache = cache;
    return options;
}

/// Each in another way: not a picture any more, empty, gone, a folder, its data cut.
void spoil(const fs::path& picture, std::size_t way) {
    if (way % 5 == 4) return fs::resize_file(picture, fs::file_size(picture) - 40);
    fs::remove(picture);
    if (way % 5 == 0) std::ofstream(picture) << "not a picture";
    if (way % 5 == 1) std::ofstream(picture).flush();
    if (way % 5 == 3) fs::create_directory(picture);
}

std::shared_ptr<test::FakeDataset> spoilt(Task task, std::size_t count, const std::set<std::size_t>& bad) {
    auto dataset = std::make_shared<test::FakeDataset>(task, count);
    std::size_t way = 0;
    for (const std::size_t i : bad) spoil(dataset->picture(i), way++);
    return dataset;
}

struct SeenBatch {
    std::vector<std::size_t> pictures;
    std::string pixels;
    std::vector<int> classes;
    std::vector<float> boxes;
    bool operator==(const SeenBatch&) const = default;
};

std::vector<SeenBatch> epoch_of(Loader& loader, int epoch, int first = 0) {
    std::vector<SeenBatch> batches;
    loader.start(epoch, first);
    while (const auto batch = loader.next()) {
        SeenBatch seen;
        for (const auto& picture : batch->pictures) seen.pictures.push_back(picture.index);
        seen.pixels.assign(reinterpret_cast<const char*>(batch->images.raw()), batch->images.bytes());
        seen.classes = batch->classes;
        seen.boxes = batch->boxes;
        batches.push_back(std::move(seen));
    }
    return batches;
}

class LoaderOfUnreadable : public testing::TestWithParam<Task> {};

TEST_P(LoaderOfUnreadable, NextReadablePictureOfTheOrderTakesThePlace) {
    const std::set<std::size_t> bad = {0, 3, 4, 11, 17};
    const auto dataset = spoilt(GetParam(), 18, bad);
    const auto loader = data::make_loader(dataset, training(0));
    const data::EpochPlan plan(data::make_load_order(18, {}, training(0)), 7, 1);
    std::size_t place = 0;
    for (const SeenBatch& batch : epoch_of(*loader, 1)) {
        for (const std::size_t picture : batch.pictures) {
            data::Turn turn{place++};
            while (bad.contains(plan.picture(turn))) turn = plan.after(turn);
            EXPECT_EQ(picture, plan.picture(turn)) << "at " << place - 1;
        }
    }
    EXPECT_EQ(place, 18u) << "batches are full";
    EXPECT_EQ(loader->unreadable(), (std::vector<std::size_t>{0, 3, 4, 11, 17}));
}

TEST_P(LoaderOfUnreadable, DependsNeitherOnThreadsNorOnCachesNorOnWhatWasFoundBefore) {
    const auto dataset = spoilt(GetParam(), 18, {0, 3, 4, 11, 17});
    std::vector<SeenBatch> expected;
    for (const int workers : {0, 1, 3}) {
        for (const PictureCache cache : {PictureCache::none, PictureCache::disk}) {
            const auto loader = data::make_loader(dataset, training(workers, cache));
            epoch_of(*loader, 0);
            const std::vector<SeenBatch> seen = epoch_of(*loader, 1);
            if (expected.empty()) expected = seen;
            EXPECT_TRUE(seen == expected) << workers;
        }
    }
    // As a training that was ended in the middle of the epoch goes on.
    const auto resumed = data::make_loader(dataset, training(2));
    const std::vector<SeenBatch> rest = epoch_of(*resumed, 1, 3);
    EXPECT_TRUE(rest == std::vector<SeenBatch>(expected.begin() + 3, expected.end()));
}

TEST_P(LoaderOfUnreadable, AllInMemoryIsTheSameWithAnyNumberOfThreads) {
    const auto dataset = spoilt(GetParam(), 10, {2, 9});
    const auto one = data::make_loader(dataset, training(0, PictureCache::ram)),
               three = data::make_loader(dataset, training(3, PictureCache::ram));
    for (const int epoch : {0, 1}) EXPECT_TRUE(epoch_of(*one, epoch) == epoch_of(*three, epoch)) << epoch;
}

TEST_P(LoaderOfUnreadable, ValidationLeavesItOut) {
    const auto dataset = std::make_shared<test::FakeDataset>(GetParam(), 9);
    LoaderOptions single = validation(0);
    single.batch = 1;
    const std::vector<SeenBatch> alone = epoch_of(*data::make_loader(dataset, single), 0);
    for (const std::size_t i : {2, 3, 4, 8}) spoil(dataset->picture(i), i);
    for (const int workers : {0, 2}) {
        for (const PictureCache cache : {PictureCache::none, PictureCache::ram, PictureCache::disk}) {
            const auto loader = data::make_loader(dataset, validation(workers, cache));
            loader->start(0);
            std::vector<std::size_t> seen;
            while (const auto batch = loader->next()) {
                EXPECT_EQ(batch->first, seen.size());
                ASSERT_EQ(batch->images.dim(0), batch->size());
                std::string pixels;
                std::vector<int> classes, picture_of;
                for (const auto& picture :
                     batch->pictures) {  // its own pixels and labels, though others are gone
                    const SeenBatch& own = alone[picture.index];
                    pixels += own.pixels;
                    classes.insert(classes.end(), own.classes.begin(), own.classes.end());
                    const auto place = static_cast<int>(&picture - batch->pictures.data());
                    picture_of.insert(picture_of.end(), own.classes.size(), place);
                    seen.push_back(picture.index);
                }
                EXPECT_TRUE(pixels == std::string(reinterpret_cast<const char*>(batch->images.raw()),
                                                  batch->images.bytes()));
                EXPECT_EQ(batch->classes, classes);
                EXPECT_EQ(batch->picture_of, picture_of);
            }
            EXPECT_EQ(seen, (std::vector<std::size_t>{0, 1, 5, 6, 7}));
            EXPECT_EQ(loader->unreadable(), (std::vector<std::size_t>{2, 3, 4, 8}));
        }
    }
}

TEST_P(LoaderOfUnreadable, WithoutAnyReadablePictureThereIsOneError) {
    const auto dataset = spoilt(GetParam(), 5, {0, 1, 2, 3, 4});
    for (const int workers : {0, 2}) {
        for (const LoaderOptions& options : {training(workers), validation(workers)}) {
            const auto loader = data::make_loader(dataset, options);
            loader->start(0);
            EXPECT_THAT(
                [&] {
                    while (loader->next()) {
                    }
                },
                testing::ThrowsMessage<Error>(
                    AllOf(HasSubstr("none of the 5 pictures can be read"), HasSubstr("000.png"))));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Tasks, LoaderOfUnreadable,
                         testing::Values(Task::detect, Task::segment, Task::classify),
                         [](const auto& task) { return to_string(task.param); });

TEST(LoaderWarnings, NameEachPictureOnce) {
    const auto dataset = spoilt(Task::detect, 6, {2});
    const auto loader = data::make_loader(dataset, training(2));
    EXPECT_THAT(loader->take_warnings(), IsEmpty());
    epoch_of(*loader, 0);
    EXPECT_THAT(loader->take_warnings(),
                ElementsAre(AllOf(HasSubstr("1 picture could not be read and was left out: "),
                                  HasSubstr("002.png"))));
    fs::remove(dataset->picture(4));
    fs::remove(dataset->picture(5));
    for (int epoch = 1; epoch < 4; ++epoch) epoch_of(*loader, epoch);  // some are kept in memory
    const auto fresh = data::make_loader(dataset, validation(0));
    epoch_of(*fresh, 0);
    EXPECT_THAT(fresh->take_warnings(),
                ElementsAre(AllOf(HasSubstr("3 pictures could not be read and were left out: first "),
                                  HasSubstr("002.png"), HasSubstr("004.png"), HasSubstr("005.png"))));
    epoch_of(*fresh, 1);
    EXPECT_THAT(fresh->take_warnings(), IsEmpty());
}

TEST(LoaderWarnings, AreShortWhateverIsMissing) {
    data::UnreadablePictures pictures(100);
    for (std::size_t i = 0; i < 30; ++i) pictures.add(i, fmt::format("cannot open '{}.png'", i));
    const std::string news = pictures.news();
    EXPECT_THAT(news, HasSubstr("30 pictures"));
    EXPECT_THAT(news, HasSubstr("'9.png'; and 20 more"));
    EXPECT_EQ(pictures.news(), "");
    EXPECT_EQ(pictures.indices().size(), 30u);
}

TEST(LoaderOfRect, FillsBatchesOfAlikeShapes) {
    const auto dataset = spoilt(Task::detect, 9, {1, 5});
    LoaderOptions options = training(2);
    options.rect = true;
    const auto loader = data::make_loader(dataset, options);
    std::size_t pictures = 0;
    for (const SeenBatch& batch : epoch_of(*loader, 0)) pictures += batch.pictures.size();
    EXPECT_EQ(pictures, 9u);
    EXPECT_EQ(loader->unreadable(), (std::vector<std::size_t>{1, 5}));
}

}  // namespace
}  // namespace yolo
