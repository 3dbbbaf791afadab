// SPDX-License-Identifier: Apache-2.0
#include "metrics/coco_data.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::metrics {

namespace {

/// An image's id as text: numbers and texts are both in use.
std::string id_text(const Json& id) {
    return text_or_json(id);
}

/// Where the images of an annotation file stand.
class ImageIndex {
  public:
    explicit ImageIndex(const std::vector<std::string>& ids) {
        for (std::size_t i = 0; i < ids.size(); ++i) places_.emplace(ids[i], static_cast<std::int32_t>(i));
    }
    std::int32_t at(const Json& entry) const {
        const std::string id = id_text(entry.at("image_id"));
        const auto found = places_.find(id);
        if (found == places_.end()) throw Error(fmt::format("image_id {} is not among its images", id));
        return found->second;
    }

  private:
    std::unordered_map<std::string, std::int32_t> places_;
};

/// Numbers by value, then texts.
bool comes_before(const Json& first, const Json& second) {
    if (first.is_string() != second.is_string()) return second.is_string();
    return first < second;
}

struct ImageList {
    std::vector<std::string> ids;
    std::vector<Size> sizes;
};

ImageList sorted_images(const Json& images) {
    std::vector<const Json*> entries;
    for (const Json& image : images) entries.push_back(&image);
    std::sort(entries.begin(), entries.end(),
              [](const Json* a, const Json* b) { return comes_before(a->at("id"), b->at("id")); });
    ImageList list;
    for (const Json* image : entries) {
        list.ids.push_back(id_text(image->at("id")));
        list.sizes.push_back({image->value("height", 0), image->value("width", 0)});
    }
    return list;
}

CocoBox read_box(const Json& entry) {
    return entry.at("bbox").get<CocoBox>();
}

/// A list of polygons, plain run lengths, or their text.
RunLength read_mask(const Json& entry, Size size) {
    const Json& segmentation = entry.at("segmentation");
    if (segmentation.is_array()) {
        std::vector<RunLength> parts;
        for (const Json& polygon : segmentation) {
            parts.push_back(encode_polygon(polygon.get<std::vector<double>>(), size));
        }
        if (parts.empty()) return encode_polygon({}, size);
        return merge(parts);
    }
    const Size own{segmentation.at("size").at(0), segmentation.at("size").at(1)};
    const Json& counts = segmentation.at("counts");
    if (counts.is_string()) return decompress(counts.get<std::string>(), own);
    return {own.height, own.width, counts.get<std::vector<std::uint32_t>>()};
}

void read_points(const Json& entry, std::vector<double>& all) {
    const auto points = entry.at("keypoints").get<std::vector<double>>();
    all.insert(all.end(), points.begin(), points.end());
}

CocoObject read_object(const Json& entry, CocoKind kind, const ImageIndex& images) {
    CocoObject object;
    object.image = images.at(entry);
    object.category = entry.at("category_id");
    object.area = entry.at("area");
    object.crowd = entry.value("iscrowd", 0) != 0;
    object.ignored = object.crowd;
    if (kind == CocoKind::keypoints) object.ignored |= entry.at("num_keypoints") == 0;
    if (entry.contains("bbox")) object.box = read_box(entry);
    return object;
}

/// Calls read(entry) for each entry of a list; what goes wrong is said with the place.
template <class Read>
void for_each_entry(const Json& list, const std::string& where, Read&& read) {
    std::size_t index = 0;
    for (const Json& entry : list) {
        try {
            read(entry);
        } catch (const Json::exception& error) {
            throw Error(
                fmt::format("{}: entry {} is not as COCO writes it ({})", where, index, error.what()));
        } catch (const Error& error) {
            throw Error(fmt::format("{}: entry {}: {}", where, index, error.what()));
        }
        ++index;
    }
}

CocoBox points_extent(const double* points, std::size_t values) {
    double left = points[0], right = left, top = points[1], bottom = top;
    for (std::size_t i = 3; i + 2 < values; i += 3) {
        left = std::min(left, points[i]);
        right = std::max(right, points[i]);
        top = std::min(top, points[i + 1]);
        bottom = std::max(bottom, points[i + 1]);
    }
    return {left, top, right - left, bottom - top};
}

}  // namespace

CocoTruth coco_truth(const Json& annotations, CocoKind kind, const std::string& where) {
    for (const char* key : {"images", "annotations", "categories"}) {
        if (annotations.contains(key)) continue;
        throw Error(
            fmt::format("{}: there is no list '{}': give a file of annotations in COCO's form", where, key));
    }
    CocoTruth truth;
    for_each_entry(annotations.at("categories"), where, [&](const Json& entry) {
        truth.categories.push_back(entry.at("id").get<std::int32_t>());
    });
    std::sort(truth.categories.begin(), truth.categories.end());
    ImageList images = sorted_images(annotations.at("images"));
    truth.images = static_cast<int>(images.ids.size());
    truth.image_ids = std::move(images.ids);
    const ImageIndex index(truth.image_ids);
    for_each_entry(annotations.at("annotations"), where, [&](const Json& entry) {
        const CocoObject object = read_object(entry, kind, index);
        if (kind == CocoKind::masks) {
            truth.masks.push_back(read_mask(entry, images.sizes[static_cast<std::size_t>(object.image)]));
        }
        if (kind == CocoKind::keypoints) read_points(entry, truth.keypoints);
        truth.objects.push_back(object);
    });
    return truth;
}

void keep_images(CocoTruth& truth, const std::unordered_set<std::string>& ids) {
    const std::size_t objects = truth.objects.size();
    const std::size_t point_values = objects > 0 ? truth.keypoints.size() / objects : 0;
    CocoTruth kept;
    for (std::size_t i = 0; i < objects; ++i) {
        const CocoObject& object = truth.objects[i];
        if (!ids.contains(truth.image_ids.at(static_cast<std::size_t>(object.image)))) continue;
        kept.objects.push_back(object);
        if (!truth.masks.empty()) kept.masks.push_back(std::move(truth.masks[i]));
        const auto first = truth.keypoints.begin() + static_cast<std::ptrdiff_t>(i * point_values);
        kept.keypoints.insert(kept.keypoints.end(), first, first + static_cast<std::ptrdiff_t>(point_values));
    }
    truth.objects = std::move(kept.objects);
    truth.masks = std::move(kept.masks);
    truth.keypoints = std::move(kept.keypoints);
}

CocoDetections coco_detections(const Json& results, CocoKind kind, const CocoTruth& truth,
                               const std::string& where) {
    CocoDetections detections;
    const ImageIndex index(truth.image_ids);
    for_each_entry(results, where, [&](const Json& entry) {
        CocoDetection detection;
        detection.image = index.at(entry);
        detection.category = entry.at("category_id");
        detection.score = entry.at("score");
        if (entry.contains("bbox")) detection.box = read_box(entry);
        if (kind == CocoKind::masks) detections.masks.push_back(read_mask(entry, {}));
        if (kind == CocoKind::keypoints) read_points(entry, detections.keypoints);
        detections.items.push_back(detection);
    });
    set_areas(detections, kind);
    return detections;
}

void set_areas(CocoDetections& detections, CocoKind kind) {
    const std::size_t count = detections.items.size();
    const std::size_t values = count == 0 ? 0 : detections.keypoints.size() / count;
    for (std::size_t i = 0; i < count; ++i) {
        CocoDetection& item = detections.items[i];
        if (kind == CocoKind::masks) {
            item.area = static_cast<double>(area(detections.masks[i]));
            continue;
        }
        if (kind == CocoKind::keypoints) item.box = points_extent(&detections.keypoints[i * values], values);
        item.area = item.box[2] * item.box[3];
    }
}

}  // namespace yolo::metrics
