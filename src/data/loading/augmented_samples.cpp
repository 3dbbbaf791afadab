// SPDX-License-Identifier: Apache-2.0
/// \file The augmentations of training in their order: mosaic, copy-paste, perspective; mix-up, cut-mix,
/// colour, flips, targets.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

#include "data/augment/copy_paste.hpp"
#include "data/augment/cutmix.hpp"
#include "data/augment/flip.hpp"
#include "data/augment/hsv.hpp"
#include "data/augment/instances.hpp"
#include "data/augment/mixup.hpp"
#include "data/augment/mosaic.hpp"
#include "data/augment/perspective.hpp"
#include "data/augment/workspace.hpp"
#include "data/loading/epoch_plan.hpp"
#include "data/loading/picture_store.hpp"
#include "data/loading/sample_maker.hpp"

namespace yolo::data {

namespace {

/// Samples that are made for another one draw from branches of their own.
enum Branch : std::uint64_t {
    own_branch,
    mixup_branch,
    cutmix_branch,
    copy_paste_branch,
    mixup_copy_paste_branch,
    cutmix_copy_paste_branch,
};

/// Of the sample whose objects are pasted on that branch's one.
Branch pasted_branch(Branch branch) {
    return branch == mixup_branch    ? mixup_copy_paste_branch
           : branch == cutmix_branch ? cutmix_copy_paste_branch
                                     : copy_paste_branch;
}

/// What a sample is put together from: one picture, or four around a point.
struct Composition {
    std::vector<Sample> parts;
    std::optional<MosaicLayout> layout;  ///< of a mosaic

    Size size() const { return layout ? layout->canvas : Size{parts[0].picture.rows, parts[0].picture.cols}; }
    /// The objects of the whole, the picture not painted yet.
    Sample instances(OutlineKind kind) const {
        return {parts[0].index, {}, layout ? mosaic_instances(parts, *layout, kind) : parts[0].instances};
    }
    /// Only what will be seen of it. The picture of a single part is shared with others.
    void paint(Sample& sample, const cv::Rect& visible, Workspace& workspace) const {
        const cv::Mat& first = parts[0].picture;
        sample.picture = layout ? workspace.picture(layout->canvas, first.channels()) : first;
        if (layout) paint_mosaic(parts, *layout, visible, sample.picture);
    }
};

class AugmentedSamples {
  public:
    explicit AugmentedSamples(SampleSource source) : source_(std::move(source)) { check_flips(); }

    MadeSample make(const SamplePlace& place, cv::Mat& out) const;

  private:
    void check_flips();
    RandomKey key(const SamplePlace& place, Branch branch) const {
        return {source_.options.seed, static_cast<std::uint64_t>(place.epoch), place.place, branch};
    }
    Augmentation strengths(const SamplePlace& place) const;

    Sample load(const SamplePlace& place, Turn turn, PictureUse use) const {
        return source_.labelled(source_.readable(place.plan, turn, use));
    }
    Composition compose(const SamplePlace& place, Turn turn, const RandomKey& key,
                        const Augmentation& augmentation) const;
    Sample transformed(const SamplePlace& place, Turn turn, Branch branch, Size shape,
                       Workspace& workspace) const;
    void paste_other(Sample& sample, const SamplePlace& place, Branch branch, Size shape,
                     Workspace& workspace) const;
    Sample grouped(const SamplePlace& place, Turn turn, Branch branch, Size shape,
                   Workspace& workspace) const;
    Turn draw_partner(const SamplePlace& place, Branch branch) const;
    Sample partner(const SamplePlace& place, Branch branch, Size shape, Workspace& workspace) const;
    void combine(Sample& sample, const SamplePlace& place, Size shape, Workspace& workspace) const;
    void write(Sample& sample, const SamplePlace& place, cv::Mat& out) const;

    SampleSource source_;
    mutable WorkspacePool workspaces_;
};

/// A pose set that does not say which keypoints change places in a mirror must not be mirrored.
void AugmentedSamples::check_flips() {
    const DatasetSpec& spec = source_.dataset->spec();
    Augmentation& augmentation = source_.options.augmentation;
    if (spec.task != Task::pose) return;
    if (!spec.flip_idx.empty() || (augmentation.fliplr == 0 && augmentation.flipud == 0)) return;
    augmentation.fliplr = augmentation.flipud = 0;
    if (source_.options.log) {
        source_.options.log(
            LogLevel::warning,
            fmt::format("{}: no flip_idx, so that pictures are not mirrored: fliplr and flipud are 0",
                        spec.file.string()));
    }
}

Augmentation AugmentedSamples::strengths(const SamplePlace& place) const {
    Augmentation augmentation = source_.options.augmentation;
    if (source_.options.rect || place.mosaic_closed) {
        augmentation.mosaic = augmentation.mixup = augmentation.cutmix = 0;
    }
    if (place.mosaic_closed) augmentation.copy_paste = 0;
    return augmentation;
}

/// Whether something of that probability happens. The comparison includes 1, and 0 never happens.
bool fires(double probability, Random random) {
    return probability > 0 && random.uniform() <= probability;
}

Composition AugmentedSamples::compose(const SamplePlace& place, Turn turn, const RandomKey& key,
                                      const Augmentation& augmentation) const {
    constexpr std::size_t tiles = 4;
    const bool is_own = place.plan.picture(turn) == place.picture();
    Composition composition;
    composition.parts = {load(place, turn, is_own ? PictureUse::own_place : PictureUse::partner)};
    if (!fires(augmentation.mosaic, key(Operation::mosaic))) return composition;
    Random random = key(Operation::mosaic_partners);
    const cv::Point centre = draw_mosaic_centre(source_.options.imgsz, key(Operation::mosaic_centre));
    while (composition.parts.size() < tiles) {
        composition.parts.push_back(
            load(place, place.plan.partner(place.place, random), PictureUse::partner));
    }
    std::vector<Size> sizes;
    for (const Sample& part : composition.parts) sizes.push_back({part.picture.rows, part.picture.cols});
    composition.layout = mosaic_of_four(sizes, source_.options.imgsz, centre);
    return composition;
}

/// Mosaic, copy-paste of the mirrored sample, perspective.
Sample AugmentedSamples::transformed(const SamplePlace& place, Turn turn, Branch branch, Size shape,
                                     Workspace& workspace) const {
    const RandomKey key = this->key(place, branch);
    const Augmentation augmentation = strengths(place);
    const Composition composition = compose(place, turn, key, augmentation);
    Sample sample = composition.instances(source_.outlines());
    const Size input = composition.size();
    const bool pasted = augmentation.copy_paste > 0 && augmentation.copy_paste_mode == "flip" &&
                        !sample.instances.polygons.empty();
    const PerspectiveDraw draw = draw_perspective(augmentation, key(Operation::perspective));
    const cv::Matx33f matrix = perspective_matrix(draw, input, shape);
    composition.paint(sample,
                      pasted ? cv::Rect(0, 0, input.width, input.height) : visible_part(matrix, input, shape),
                      workspace);
    if (pasted) {
        const Sample mirror = mirrored(sample);
        if (!composition.layout) sample.picture = sample.picture.clone();
        paste_objects(sample, mirror,
                      choose_pasted(sample.instances, mirror.instances, augmentation.copy_paste));
    }
    cv::Mat warped = workspace.picture(shape, sample.picture.channels());
    warp_picture(sample.picture, matrix, warped);
    sample.picture = std::move(warped);
    warp_instances(sample.instances, matrix, draw.scale, shape, source_.outlines());
    return sample;
}

/// Copy-paste from another sample.
void AugmentedSamples::paste_other(Sample& sample, const SamplePlace& place, Branch branch, Size shape,
                                   Workspace& workspace) const {
    const Augmentation augmentation = strengths(place);
    if (augmentation.copy_paste_mode != "mixup" || sample.instances.polygons.empty()) return;
    if (!fires(augmentation.copy_paste, key(place, branch)(Operation::copy_paste))) return;
    const Branch pasted = pasted_branch(branch);
    const Sample second = transformed(place, draw_partner(place, pasted), pasted, shape, workspace);
    if (second.instances.polygons.empty()) return;
    paste_objects(sample, second, choose_pasted(sample.instances, second.instances, augmentation.copy_paste));
}

/// What the partners of mix-up and cut-mix run through as well.
Sample AugmentedSamples::grouped(const SamplePlace& place, Turn turn, Branch branch, Size shape,
                                 Workspace& workspace) const {
    Sample sample = transformed(place, turn, branch, shape, workspace);
    paste_other(sample, place, branch, shape, workspace);
    return sample;
}

Turn AugmentedSamples::draw_partner(const SamplePlace& place, Branch branch) const {
    Random random = key(place, branch)(Operation::partner);
    return place.plan.partner(place.place, random);
}

Sample AugmentedSamples::partner(const SamplePlace& place, Branch branch, Size shape,
                                 Workspace& workspace) const {
    return grouped(place, draw_partner(place, branch), branch, shape, workspace);
}

void AugmentedSamples::combine(Sample& sample, const SamplePlace& place, Size shape,
                               Workspace& workspace) const {
    constexpr int mixup_concentration = 32;
    const Augmentation augmentation = strengths(place);
    const RandomKey key = this->key(place, own_branch);
    Random mixup = key(Operation::mixup);
    if (augmentation.mixup > 0 && mixup.uniform() <= augmentation.mixup) {
        mix(sample, partner(place, mixup_branch, shape, workspace),
            mixup.beta(mixup_concentration, mixup_concentration));
    }
    Random cutmix = key(Operation::cutmix);
    if (augmentation.cutmix > 0 && cutmix.uniform() <= augmentation.cutmix) {
        if (const auto area = draw_cutmix_area(sample, cutmix)) {
            cut_in(sample, partner(place, cutmix_branch, shape, workspace), *area, source_.outlines());
        }
    }
}

/// Colour, flips, and the place in the batch.
void AugmentedSamples::write(Sample& sample, const SamplePlace& place, cv::Mat& out) const {
    const Augmentation& augmentation = source_.options.augmentation;
    const RandomKey key = this->key(place, own_branch);
    const bool coloured = out.channels() == 3;
    const bool shifts = augmentation.hsv_h != 0 || augmentation.hsv_s != 0 || augmentation.hsv_v != 0;
    if (coloured && shifts) {
        shift_hsv(sample.picture, draw_hsv(augmentation, key(Operation::hsv)));
    }
    const Size size{out.rows, out.cols};
    const auto& flip_idx = source_.dataset->spec().flip_idx;
    const bool up_down = key(Operation::flip_up_down).uniform() < augmentation.flipud;
    const bool left_right = key(Operation::flip_left_right).uniform() < augmentation.fliplr;
    if (up_down) flip_instances(sample.instances, size, FlipDirection::up_down, flip_idx);
    if (left_right) flip_instances(sample.instances, size, FlipDirection::left_right, flip_idx);
    if (up_down || left_right) {
        cv::flip(sample.picture, out, up_down && left_right ? -1 : left_right ? 1 : 0);
    } else {
        sample.picture.copyTo(out);
    }
    if (coloured && fires(augmentation.bgr, key(Operation::channel_order)))
        cv::cvtColor(out, out, cv::COLOR_BGR2RGB);
}

MadeSample AugmentedSamples::make(const SamplePlace& place, cv::Mat& out) const {
    const Size shape{out.rows, out.cols};
    const std::shared_ptr<Workspace> workspace = workspaces_.take();
    Sample sample = grouped(place, {place.place}, own_branch, shape, *workspace);
    combine(sample, place, shape, *workspace);
    write(sample, place, out);
    MadeSample made;
    made.picture.index = sample.index;
    made.picture.original = source_.dataset->picture_size(sample.index);
    made.targets = format_targets(sample.instances, shape, source_.format());
    return made;
}

}  // namespace

SampleMaker augmented_samples(SampleSource source) {
    const auto maker = std::make_shared<const AugmentedSamples>(std::move(source));
    return [maker](const SamplePlace& place, cv::Mat& out) { return maker->make(place, out); };
}

}  // namespace yolo::data
