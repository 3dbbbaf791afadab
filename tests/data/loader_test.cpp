// SPDX-License-Identifier: Apache-2.0
#include "data/loader.hpp"

#include <cstdlib>
#include <fstream>
#include <limits>
#include <set>

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <yolo/error.hpp>

#include "data/fake_dataset.hpp"
#include "data/loading/batch_loader.hpp"
#include "image/channels.hpp"

namespace yolo {
namespace {

using data::Batch;
using data::Loader;
using data::LoaderOptions;
using testing::HasSubstr;

LoaderOptions training_options() {
    LoaderOptions options;
    options.imgsz = 64, options.batch = 4, options.seed = 7;
    options.augmentation.degrees = 10, options.augmentation.shear = 5;
    options.augmentation.mixup = 0.5, options.augmentation.cutmix = 0.5;
    options.augmentation.copy_paste = 0.5, options.augmentation.flipud = 0.5, options.augmentation.bgr = 0.5;
    return options;
}

/// Everything of a batch as bytes.
std::string bytes_of(const Batch& batch) {
    std::string all(reinterpret_cast<const char*>(batch.images.raw()), batch.images.bytes());
    const auto add = [&](const auto& values) {
        all.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof values[0]);
    };
    add(batch.picture_of), add(batch.classes), add(batch.boxes), add(batch.keypoints);
    if (!batch.masks.empty()) {
        all.append(reinterpret_cast<const char*>(batch.masks.raw()), batch.masks.bytes());
    }
    return all;
}

std::vector<std::string> epoch_bytes(Loader& loader, int epoch, int first = 0, bool closed = false) {
    loader.start(epoch, first, closed);
    std::vector<std::string> batches;
    while (const auto batch = loader.next()) {
        EXPECT_EQ(batch->number, first + static_cast<int>(batches.size()));
        batches.push_back(bytes_of(*batch));
    }
    return batches;
}

class LoaderOfTask : public testing::TestWithParam<Task> {};

TEST_P(LoaderOfTask, BatchesDoNotDependOnTheNumberOfWorkers) {
    const auto dataset = std::make_shared<test::FakeDataset>(GetParam(), 18);
    std::vector<std::vector<std::string>> runs;
    for (const int workers : {0, 1, 3}) {
        LoaderOptions options = training_options();
        options.workers = workers;
        const auto loader = data::make_loader(dataset, options);
        ASSERT_EQ(loader->batches(), 5);
        runs.push_back(epoch_bytes(*loader, 0));
        for (const std::string& batch : epoch_bytes(*loader, 1)) runs.back().push_back(batch);
    }
    ASSERT_EQ(runs[0].size(), 10u);
    EXPECT_TRUE(runs[0] == runs[1]);
    EXPECT_TRUE(runs[0] == runs[2]);
    EXPECT_NE(runs[0][0], runs[0][5]) << "two epochs are the same";
}

TEST_P(LoaderOfTask, GreyPicturesMakeTheSameBatchInOneChannelAsInThree) {
    const auto dataset = std::make_shared<test::FakeDataset>(GetParam(), 12);
    for (std::size_t i = 0; i < dataset->size(); ++i) {
        const cv::Mat grey = image::with_channels(image::read_image(dataset->picture(i)), 1);
        dataset->set_picture(i, image::with_channels(grey, 3), dataset->labels(i));
    }
    for (const bool training : {true, false}) {
        LoaderOptions options = training_options();
        options.training = training;
        options.augmentation.hsv_h = options.augmentation.hsv_s = options.augmentation.hsv_v = 0;
        const auto colour = data::make_loader(dataset, options);
        options.channels = 1, options.workers = 2;
        options.augmentation.hsv_v = 0.5;  // grey pictures keep their values
        const auto grey = data::make_loader(dataset, options);
        colour->start(0), grey->start(0);
        while (const auto expected = colour->next()) {
            const auto batch = grey->next();
            ASSERT_EQ(batch->images.shape(), (Shape{expected->size(), 64, 64, 1}));
            EXPECT_EQ(batch->boxes, expected->boxes);
            const auto one = batch->images.values<std::uint8_t>(),
                       three = expected->images.values<std::uint8_t>();
            // OpenCV may round otherwise where it works on other numbers of channels, and mix-up truncates.
            for (std::size_t i = 0; i < three.size(); ++i) ASSERT_NEAR(one[i / 3], three[i], 2) << i;
        }
    }
}

TEST_P(LoaderOfTask, AnEpochCanBeEnteredAtAnyBatch) {
    const auto dataset = std::make_shared<test::FakeDataset>(GetParam(), 18);
    LoaderOptions options = training_options();
    const auto whole = epoch_bytes(*data::make_loader(dataset, options), 2);
    options.workers = 2;
    const auto loader = data::make_loader(dataset, options);
    loader->start(1);
    loader->next();
    const auto rest = epoch_bytes(*loader, 2, 3);
    ASSERT_EQ(rest.size(), 2u);
    EXPECT_TRUE(rest[0] == whole[3]);
    EXPECT_TRUE(rest[1] == whole[4]);
}

TEST_P(LoaderOfTask, TargetsAreInsideThePicture) {
    const auto dataset = std::make_shared<test::FakeDataset>(GetParam(), 18);
    const auto loader = data::make_loader(dataset, training_options());
    const std::size_t sides = GetParam() == Task::obb ? 5 : 4;
    std::size_t objects = 0;
    loader->start(0);
    while (const auto batch = loader->next()) {
        objects += batch->objects();
        ASSERT_EQ(batch->boxes.size(), batch->objects() * sides);
        ASSERT_EQ(batch->picture_of.size(), batch->objects());
        ASSERT_EQ(batch->keypoints.size(), GetParam() == Task::pose ? batch->objects() * 9 : 0);
        EXPECT_TRUE(std::is_sorted(batch->picture_of.begin(), batch->picture_of.end()));
        for (std::size_t i = 0; i < batch->objects(); ++i) {
            EXPECT_GE(batch->boxes[i * sides], -1e-4f);
            EXPECT_LE(batch->boxes[i * sides], 1 + 1e-4f);
            EXPECT_GT(batch->boxes[i * sides + 2], 0);
        }
        if (GetParam() == Task::segment) {
            EXPECT_EQ(batch->masks.shape(), (Shape{batch->size(), 16, 16}));
        }
    }
    EXPECT_GT(objects, 18u);
}

INSTANTIATE_TEST_SUITE_P(Tasks, LoaderOfTask,
                         testing::Values(Task::detect, Task::segment, Task::pose, Task::obb),
                         [](const auto& task) { return to_string(task.param); });

TEST(Loader, TrainingShowsEveryPictureOnceAnEpochInAnotherOrder) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 18);
    LoaderOptions options = training_options();
    options.workers = 2;
    const auto loader = data::make_loader(dataset, options);
    std::vector<std::vector<std::size_t>> orders(2);
    for (int epoch = 0; epoch < 2; ++epoch) {
        loader->start(epoch);
        while (const auto batch = loader->next()) {
            for (const auto& picture : batch->pictures) {
                orders[static_cast<std::size_t>(epoch)].push_back(picture.index);
            }
        }
        const std::set<std::size_t> seen(orders[static_cast<std::size_t>(epoch)].begin(),
                                         orders[static_cast<std::size_t>(epoch)].end());
        EXPECT_EQ(seen.size(), 18u);
    }
    EXPECT_NE(orders[0], orders[1]);
}

TEST(Loader, ValidationIsInOrderAndSaysWhereThePictureLies) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 6);
    LoaderOptions options;
    options.training = false, options.imgsz = 96, options.batch = 4, options.workers = 2;
    const auto loader = data::make_loader(dataset, options);
    loader->start(0);
    std::size_t expected = 0;
    while (const auto batch = loader->next()) {
        EXPECT_EQ(batch->images.shape(), (Shape{batch->size(), 96, 96, 3}));
        for (const auto& picture : batch->pictures) {
            EXPECT_EQ(picture.index, expected);
            const Size size = dataset->picture_size(expected++);
            EXPECT_EQ(picture.original, size);
            EXPECT_NEAR(size.height * picture.ratio_height + 2 * picture.top, 96, 1.01);
            EXPECT_NEAR(size.width * picture.ratio_width + 2 * picture.left, 96, 1.01);
        }
    }
    EXPECT_EQ(expected, 6u);
}

TEST(Loader, RectBatchesHaveTheirOwnShapes) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 9);
    LoaderOptions options;
    options.rect = true, options.imgsz = 320, options.batch = 3, options.workers = 2;
    for (const bool training : {false, true}) {
        options.training = training;
        const auto loader = data::make_loader(dataset, options);
        std::set<std::pair<int, int>> shapes;
        std::vector<double> aspects;
        loader->start(0);
        while (const auto batch = loader->next()) {
            shapes.emplace(batch->height(), batch->width());
            for (const auto& picture : batch->pictures) {
                aspects.push_back(static_cast<double>(picture.original.height) / picture.original.width);
            }
        }
        EXPECT_EQ(aspects.size(), 9u);
        EXPECT_GT(shapes.size(), 1u);
        EXPECT_TRUE(std::is_sorted(aspects.begin(), aspects.end()));
    }
}

TEST(Loader, CachesDoNotChangeValidation) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 6);
    LoaderOptions options;
    options.training = false, options.imgsz = 96, options.batch = 4;
    const auto plain = epoch_bytes(*data::make_loader(dataset, options), 0);
    for (const auto cache : {data::PictureCache::ram, data::PictureCache::disk}) {
        options.cache = cache;
        for (int pass = 0; pass < 2; ++pass) {
            EXPECT_TRUE(epoch_bytes(*data::make_loader(dataset, options), 0) == plain);
        }
    }
    EXPECT_TRUE(std::filesystem::exists(dataset->picture(0).string() + ".npy"));
}

TEST(Loader, ARefusedCacheIsNotFilled) {
    const auto dataset = std::make_shared<test::HugeDataset>(Task::detect, 3);
    LoaderOptions options;
    options.imgsz = 2048, options.batch = 1, options.cache = data::PictureCache::ram;
    options.augmentation.mosaic = 0;
    std::vector<std::string> lines;
    options.log = [&](LogLevel, std::string_view text) { lines.emplace_back(text); };
    const auto loader = data::make_loader(dataset, options);
    EXPECT_THAT(lines, testing::ElementsAre(HasSubstr("cache=ram is not used")));
    for (int pass = 0; pass < 2; ++pass) {
        loader->start(0);
        for (int i = 0; i < 12; ++i) loader->next();  // more than are kept: 8 for partners, 2 in the making
    }
    EXPECT_EQ(dataset->reads, 24);
}

TEST(Loader, AFailureOfAWholeBatchIsReportedByNext) {
    LoaderOptions options;
    options.imgsz = 32, options.batch = 2, options.workers = 1;
    std::uint8_t pixel = 0;
    const auto maker = [&pixel](const data::SamplePlace& place, cv::Mat&) {
        constexpr int most = std::numeric_limits<int>::max();
        data::MadeSample made;  // four such masks have more pixels than can be counted
        if (place.place < 2) made.targets.masks.assign(2, cv::Mat(most, most, CV_8U, &pixel));
        return made;
    };
    const auto loader = data::make_batch_loader(data::make_load_order(4, {}, options), maker, {}, options);
    loader->start(0);
    EXPECT_THROW(loader->next(), Error);
    EXPECT_NE(loader->next(), nullptr);
}

/// Leaves room for the stacks of a few threads, then asks for many.
[[noreturn]] void ask_for_too_many_threads() {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t bytes = pages * static_cast<std::size_t>(::getpagesize()) + (std::size_t{100} << 20);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_AS, &limit);
    LoaderOptions options;
    options.workers = 200;
    try {
        data::make_batch_loader(data::make_load_order(4, {}, options), {}, {}, options);
    } catch (const std::exception&) {
        std::_Exit(0);
    }
    std::_Exit(1);
}

TEST(Loader, ThreadsThatCannotBeStartedAreAnError) {
#ifdef YOLO_SANITIZED
    GTEST_SKIP() << "sanitizers need the address space that is limited here";
#endif
    EXPECT_EXIT(ask_for_too_many_threads(), testing::ExitedWithCode(0), "");
}

TEST(Loader, EndsAtOnceInTheMiddleOfAnEpoch) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::segment, 18);
    LoaderOptions options = training_options();
    options.workers = 3;
    std::shared_ptr<const Batch> outlives;
    for (int i = 0; i < 5; ++i) {
        const auto loader = data::make_loader(dataset, options);
        loader->start(i);
        outlives = loader->next();
    }
    EXPECT_EQ(outlives->size(), 4);
}

TEST(Loader, AtMostTwoBatchesMoreThanWorkersExist) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 16);
    LoaderOptions options = training_options();
    options.workers = 2;
    const auto loader = data::make_loader(dataset, options);
    std::set<const void*> places;
    int batches = 0;
    for (int epoch = 0; epoch < 3; ++epoch) {
        loader->start(epoch);
        for (; const auto batch = loader->next(); ++batches) places.insert(batch->images.raw());
    }
    EXPECT_EQ(batches, 12);
    EXPECT_LE(places.size(), 4u);
}

TEST(Loader, ABatchIsUsedAgainWhenItsLastOwnerLetsGo) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 16);
    const auto loader = data::make_loader(dataset, training_options());
    loader->start(0);
    auto held = loader->next(), freed = loader->next();
    const std::string bytes = bytes_of(*held);
    const void* const place = freed->images.raw();
    freed.reset();
    // Memory that nobody has kept would go to these.
    std::vector<Tensor> others;
    for (int i = 0; i < 8; ++i) others.push_back(Tensor::allocate(DType::u8, held->images.shape()));
    freed = loader->next();
    EXPECT_EQ(freed->images.raw(), place);
    loader->next();
    EXPECT_EQ(bytes_of(*held), bytes) << "a batch that is still in use was written to";
}

TEST(Loader, ClosedMosaicIsOnePicture) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::detect, 8);
    LoaderOptions options = training_options();
    options.augmentation = {};
    options.augmentation.scale = {1, 1}, options.augmentation.translate = 0;
    options.augmentation.hsv_h = options.augmentation.hsv_s = options.augmentation.hsv_v = 0;
    options.augmentation.fliplr = 0;
    const auto loader = data::make_loader(dataset, options);
    loader->start(0, 0, true);
    int batches = 0;
    for (; const auto batch = loader->next(); ++batches) {
        std::size_t objects = 0;
        for (const auto& picture : batch->pictures) objects += dataset->labels(picture.index).size();
        EXPECT_EQ(batch->objects(), objects);
    }
    EXPECT_EQ(batches, 2);
}

/// One object of a fifth of the side at that place.
data::Labels one_square(float x, float y) {
    const float half = 0.1F;
    return {{0},
            {{x, y, 2 * half, 2 * half}},
            {{{x - half, y - half}, {x + half, y - half}, {x + half, y + half}, {x - half, y + half}}},
            {}};
}

TEST(Loader, PartnersOfMixUpHaveObjectsPastedToo) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::segment, 2);
    dataset->set_picture(0, cv::Mat(64, 64, CV_8UC3, cv::Scalar::all(50)), one_square(0.2F, 0.2F));
    dataset->set_picture(1, cv::Mat(64, 64, CV_8UC3, cv::Scalar::all(90)), one_square(0.7F, 0.7F));
    LoaderOptions options;
    options.imgsz = 64, options.batch = 1, options.cache = data::PictureCache::ram;
    options.augmentation.mosaic = 0, options.augmentation.translate = 0, options.augmentation.scale = {1, 1};
    options.augmentation.mixup = 1, options.augmentation.copy_paste = 1;
    options.augmentation.copy_paste_mode = "mixup";
    const auto loader = data::make_loader(dataset, options);
    std::set<std::size_t> objects;
    for (int epoch = 0; epoch < 20; ++epoch) {
        loader->start(epoch);
        while (const auto batch = loader->next()) objects.insert(batch->objects());
    }
    EXPECT_EQ(objects, (std::set<std::size_t>{2, 3, 4}));
}

TEST(Loader, PoseWithoutMirrorOrderIsNotMirrored) {
    const auto dataset = std::make_shared<test::FakeDataset>(Task::pose, 4);
    LoaderOptions options = training_options();
    std::vector<std::string> lines;
    options.log = [&](LogLevel, std::string_view text) { lines.emplace_back(text); };
    dataset->changed_spec().flip_idx = {};
    data::make_loader(dataset, options);
    EXPECT_THAT(lines, testing::ElementsAre(HasSubstr("flip_idx")));
}

}  // namespace
}  // namespace yolo
