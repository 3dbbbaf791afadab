// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/label_survey.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <unordered_set>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "data/dataset/foreign_path.hpp"
#include "data/dataset/label_neighbourhood.hpp"
#include "data/dataset/label_numbers.hpp"
#include "image/picture_suffixes.hpp"

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

bool is_label_name(const std::string& name) {
    constexpr std::size_t suffix = 4;
    return name.size() > suffix && lower_case(name.substr(name.size() - suffix)) == ".txt" &&
           !name.starts_with('.') && name != "classes.txt";
}

/// Without the last suffix.
std::string stem_of(const std::string& name) {
    return name.substr(0, name.rfind('.'));
}

std::string_view folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

bool is_file(const std::string& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

/// Beside pictures there are lists and notes, too: labels begin with five numbers.
bool holds_labels(const fs::path& file) {
    try {
        const std::string text = read_text(file);
        std::string_view rest = std::string_view(text).substr(0, 512);
        std::vector<std::string_view> words;
        split_words(is_utf8(rest) ? take_line(rest) : std::string_view(), words);
        constexpr std::size_t fewest = 5;
        return words.size() >= fewest &&
               std::all_of(words.begin(), words.begin() + fewest,
                           [](std::string_view word) { return parse_number(word).has_value(); });
    } catch (const Error&) {
        return false;
    }
}

/// The pictures of one folder.
struct PictureFolder {
    std::vector<const SplitPicture*> without;  // label file
    std::size_t labelled = 0;
};
using PictureFolders = std::map<std::string, PictureFolder, std::less<>>;

void find_lost(const std::string& folder, const PictureFolder& group, Neighbourhood& neighbourhood,
               LabelSurvey& survey) {
    const fs::path looked_in = folder_of(group.without.front()->label_file);
    const std::vector<Candidate> candidates = neighbourhood.candidates(folder, looked_in);
    std::vector<LostLabels> lost(candidates.size());
    std::size_t found = 0;
    for (const SplitPicture* picture : group.without) {
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            std::string file = neighbourhood.file_for(candidates[i].folder, picture->path);
            if (file.empty() || !is_file(file)) continue;
            ++found;
            if (lost[i].pictures++ == 0) {
                const bool text = lower_suffix(file) == "txt";
                lost[i] = {
                    1, picture->label_file, std::move(file),
                    text ? candidates[i].advice : "convert such files, only labels in .txt files are read"};
            }
            break;
        }
    }
    std::erase_if(lost, [](const LostLabels& l) { return l.pictures == 0; });
    std::move(lost.begin(), lost.end(), std::back_inserter(survey.lost));
    if (found == 0 && group.labelled == 0)
        survey.bare.push_back({folder, group.without.front()->label_file, group.without.size()});
}

/// The pictures whose label files are in one folder.
struct LabelFolder {
    std::set<std::string, std::less<>> pictures;  // their folders
    std::vector<const SplitPicture*> claims;
    std::size_t found = 0;
};
using LabelFolders = std::map<std::string, LabelFolder, std::less<>>;

/// Those of the names, by their stems, for which there is a picture in one of the folders.
std::unordered_set<std::string> with_picture(const std::unordered_set<std::string>& stems,
                                             const std::set<std::string, std::less<>>& folders) {
    std::unordered_set<std::string> found;
    for (const std::string& folder : folders) {
        for (const std::string& name : names_in(folder)) {
            std::string stem = stem_of(name);
            if (stems.contains(stem) && image::is_picture_path(name)) found.insert(std::move(stem));
        }
    }
    return found;
}

void find_unclaimed(const std::string& folder, const LabelFolder& group, LabelSurvey& survey) {
    std::vector<std::string> names = names_in(folder);
    std::erase_if(names, [](const std::string& name) { return !is_label_name(name); });
    if (names.size() == group.found) return;
    std::unordered_set<std::string> stems;
    for (const std::string& name : names) stems.insert(stem_of(name));
    for (const SplitPicture* picture : group.claims)
        stems.erase(stem_of(picture->label_file.substr(folder.size() + 1)));
    const std::unordered_set<std::string> others = with_picture(stems, group.pictures);  // of other splits
    const bool beside = group.pictures.contains(folder);
    UnclaimedLabels unclaimed;
    for (const std::string& name : names) {
        const std::string stem = stem_of(name);
        std::string file = folder;
        (file += '/') += name;
        if (!stems.contains(stem) || !is_file(file) || (beside && !holds_labels(file))) continue;
        (others.contains(stem) ? survey.unlisted : unclaimed.files).push_back(std::move(file));
    }
    if (unclaimed.files.empty()) return;
    std::sort(unclaimed.files.begin(), unclaimed.files.end());
    unclaimed.pictures = *group.pictures.begin();
    survey.unclaimed.push_back(std::move(unclaimed));
}

/// Folders of labels that no picture leads to, below those that some lead to.
void add_other_label_folders(std::span<const SplitPicture> pictures, LabelFolders& folders) {
    constexpr std::string_view images = "/images/";
    std::set<std::string> bases;
    for (const SplitPicture& picture : pictures) {
        const std::size_t at = picture.path.rfind(images);
        if (at != std::string::npos && !picture.label_file.empty()) bases.insert(picture.path.substr(0, at));
    }
    for (const fs::path base : bases) {
        const fs::path labels = base / "labels";
        std::error_code error;
        fs::recursive_directory_iterator entry(labels, error);
        for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
            std::error_code ignored;
            if (!entry->is_directory(ignored)) continue;
            const auto [other, is_new] = folders.try_emplace(entry->path().string());
            if (is_new)
                other->second.pictures.insert(
                    (base / "images" / entry->path().lexically_relative(labels)).string());
        }
    }
}

}  // namespace

std::size_t LabelSurvey::lost_pictures() const {
    std::size_t count = 0;
    for (const LostLabels& labels : lost) count += labels.pictures;
    return count;
}

std::size_t LabelSurvey::unclaimed_files() const {
    std::size_t count = 0;
    for (const UnclaimedLabels& labels : unclaimed) count += labels.files.size();
    return count;
}

LabelSurvey survey_labels(std::span<const SplitPicture> pictures, const std::vector<bool>& has_labels,
                          SurveyDepth depth) {
    LabelSurvey survey;
    PictureFolders folders;
    LabelFolders label_folders;
    std::string_view folder_before;
    PictureFolder* group = nullptr;
    LabelFolder* labels = nullptr;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const SplitPicture& picture = pictures[i];
        if (picture.label_file.empty()) continue;
        const std::string_view folder = folder_of(picture.path);
        if (group == nullptr || folder != folder_before) {  // they are sorted: seldom
            folder_before = folder;
            group = &folders[std::string(folder)];
            labels = &label_folders[std::string(folder_of(picture.label_file))];
            labels->pictures.emplace(folder);
        }
        labels->claims.push_back(&picture);
        if (has_labels[i]) {
            ++survey.labelled;
            ++group->labelled;
            ++labels->found;
        } else {
            group->without.push_back(&picture);
        }
    }
    Neighbourhood neighbourhood;
    for (const auto& [folder, all] : folders) {
        if (!all.without.empty()) find_lost(folder, all, neighbourhood, survey);
    }
    if (depth == SurveyDepth::trees) add_other_label_folders(pictures, label_folders);
    for (const auto& [folder, all] : label_folders) find_unclaimed(folder, all, survey);
    return survey;
}

std::string sentence(const LostLabels& lost) {
    return fmt::format(
        "{} no label file where it is looked for ('{}'), but there is '{}', which is not read: {}",
        lost.pictures == 1 ? "1 picture has" : fmt::format("{} pictures have", lost.pictures),
        shown(lost.looked_for), shown(lost.found), lost.advice);
}

std::string sentence(const UnclaimedLabels& unclaimed) {
    const std::size_t count = unclaimed.files.size();
    return count == 1 ? fmt::format("the label file '{}' has no picture in '{}'",
                                    shown(unclaimed.files.front()), shown(unclaimed.pictures))
                      : fmt::format("{} label files have no picture in '{}', the first is '{}'", count,
                                    shown(unclaimed.pictures), shown(unclaimed.files.front()));
}

std::string sentence(const BareFolder& bare) {
    return fmt::format(
        "no picture in '{}' has a label file ({} of them, the first is looked for as '{}'): they "
        "are backgrounds",
        shown(bare.folder), bare.pictures, shown(bare.looked_for));
}

}  // namespace yolo::data
