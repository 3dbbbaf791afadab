// SPDX-License-Identifier: Apache-2.0
#include "data/examine/examination_text.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "data/dataset/foreign_path.hpp"

namespace yolo::data {

namespace {

constexpr std::size_t shown_examples = 5, shown_classes = 100, shown_sizes = 3;

std::string sizes_text(const SplitFacts& facts) {
    std::vector<std::pair<std::size_t, std::pair<int, int>>> sizes;
    for (const auto& [size, count] : facts.sizes) sizes.emplace_back(count, size);
    std::stable_sort(sizes.begin(), sizes.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::string text;
    for (std::size_t i = 0; i < std::min(sizes.size(), shown_sizes); ++i) {
        const auto& [count, size] = sizes[i];
        text += fmt::format("{}{}x{}", i > 0 ? ", " : "", size.first, size.second);
        if (sizes.size() > 1) text += fmt::format(" ({})", count);
    }
    if (sizes.size() > shown_sizes) text += fmt::format(" and {} more", sizes.size() - shown_sizes);
    return text;
}

std::string split_table(const Examination& examination) {
    std::string text =
        fmt::format("{:<8}{:>9}{:>9}{:>13}{:>9}{:>9}{:>10}{:>7}  {}\n", "split", "pictures", "usable",
                    "backgrounds", "corrupt", "objects", "/picture", "most", "sizes");
    for (const SplitFacts& facts : examination.splits) {
        const double mean =
            facts.usable > 0 ? static_cast<double>(facts.objects) / static_cast<double>(facts.usable) : 0;
        text += fmt::format("{:<8}{:>9}{:>9}{:>13}{:>9}{:>9}{:>10.1f}{:>7}  {}\n", facts.name, facts.pictures,
                            facts.usable, facts.backgrounds, facts.pictures - facts.usable, facts.objects,
                            mean, facts.most_objects, sizes_text(facts));
    }
    return text;
}

/// One row a class: objects and the pictures they are in, for each split.
std::string class_table(const DatasetSpec& spec, const Examination& examination) {
    const auto& names = *spec.names;
    std::size_t count = 0;
    for (const SplitFacts& facts : examination.splits) count = std::max(count, facts.classes.size());
    const bool as_one = count < names.size();  // single_cls
    std::size_t width = 5;
    for (const std::string& name : names) width = std::max(width, name.size());
    std::string text = fmt::format("{:<{}}", "class", width);
    for (const SplitFacts& facts : examination.splits) {
        text += fmt::format("{:>18}", facts.name + " objects") + fmt::format("{:>10}", "pictures");
    }
    text += '\n';
    for (std::size_t i = 0; i < std::min(count, shown_classes); ++i) {
        text += fmt::format("{:<{}}", as_one ? "all" : names[i], width);
        for (const SplitFacts& facts : examination.splits) {
            text += fmt::format("{:>18}{:>10}", facts.classes[i].objects, facts.classes[i].pictures);
        }
        text += '\n';
    }
    if (count > shown_classes)
        text += fmt::format("... and {} more: see report.json\n", count - shown_classes);
    return text;
}

std::string finding_line(const Finding& finding) {
    std::string text = "    ";
    if (!finding.file.empty()) {
        text += shown(finding.file);
        if (finding.line > 0) text += fmt::format(", line {}", finding.line);
        text += ": ";
    } else if (!finding.split.empty()) {
        text += finding.split + ": ";
    }
    return text + finding.text + "\n";
}

std::string findings_text(const Examination& examination) {
    std::string text;
    for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
        std::vector<std::pair<std::string, std::vector<const Finding*>>> kinds;
        for (const Finding& finding : examination.findings) {
            if (finding.severity != severity) continue;
            auto same = std::find_if(kinds.begin(), kinds.end(),
                                     [&](const auto& k) { return k.first == finding.kind; });
            if (same == kinds.end()) same = kinds.insert(same, {finding.kind, {}});
            same->second.push_back(&finding);
        }
        for (const auto& [kind, findings] : kinds) {
            text += fmt::format("{}: {} ({})\n", to_string(severity), kind, findings.size());
            for (std::size_t i = 0; i < std::min(findings.size(), shown_examples); ++i) {
                text += finding_line(*findings[i]);
            }
            if (findings.size() > shown_examples) {
                text += fmt::format("    ... and {} more in report.json\n", findings.size() - shown_examples);
            }
        }
    }
    return text.empty() ? "nothing is wrong\n" : text;
}

Json split_json(const DatasetSpec& spec, const SplitFacts& facts) {
    Json classes = Json::array();
    for (std::size_t i = 0; i < facts.classes.size(); ++i) {
        const bool as_one = facts.classes.size() < spec.names->size();
        classes.push_back({{"class", i},
                           {"name", as_one ? "all" : (*spec.names)[i]},
                           {"objects", facts.classes[i].objects},
                           {"pictures", facts.classes[i].pictures}});
    }
    Json sizes = Json::array();
    for (const auto& [size, count] : facts.sizes) {
        sizes.push_back({{"width", size.first}, {"height", size.second}, {"pictures", count}});
    }
    Json json = {{"pictures", facts.pictures},
                 {"usable", facts.usable},
                 {"backgrounds", facts.backgrounds},
                 {"corrupt_pictures", facts.corrupt_pictures},
                 {"corrupt_label_files", facts.corrupt_labels},
                 {"missing_label_files", facts.missing},
                 {"empty_label_files", facts.empty},
                 {"label_rows", facts.label_rows},
                 {"bad_label_rows", facts.bad_rows},
                 {"duplicate_label_rows", facts.duplicate_rows},
                 {"objects", facts.objects},
                 {"polygons", facts.polygons},
                 {"most_objects_in_a_picture", facts.most_objects},
                 {"tiny_boxes", facts.tiny},
                 {"small_boxes", facts.small},
                 {"boxes_reaching_out", facts.outside},
                 {"boxes_filling_the_picture", facts.whole},
                 {"classes", std::move(classes)},
                 {"sizes", std::move(sizes)}};
    if (!facts.keypoints_labelled.empty()) json["keypoints_labelled"] = facts.keypoints_labelled;
    return json;
}

}  // namespace

std::string examination_text(const DatasetSpec& spec, const Examination& examination) {
    return fmt::format("{}: {}, {} class{}\n\n{}\n{}\n{}", spec.file.string(), to_string(spec.task),
                       spec.class_count(), spec.class_count() == 1 ? "" : "es", split_table(examination),
                       class_table(spec, examination), findings_text(examination));
}

Json examination_json(const DatasetSpec& spec, const Examination& examination) {
    Json json = {{"data", spec.file.string()}, {"root", spec.root.string()}, {"task", to_string(spec.task)}};
    json["names"] = *spec.names;
    json["errors"] = examination.count(Severity::error);
    json["warnings"] = examination.count(Severity::warning);
    json["notes"] = examination.count(Severity::note);
    json["splits"] = Json::object();
    for (const SplitFacts& facts : examination.splits) json["splits"][facts.name] = split_json(spec, facts);
    json["findings"] = Json::array();
    for (const Finding& finding : examination.findings) {
        Json item = {{"severity", to_string(finding.severity)}, {"kind", finding.kind}};
        if (!finding.split.empty()) item["split"] = finding.split;
        if (!finding.file.empty()) item["file"] = finding.file;
        if (finding.line > 0) item["line"] = finding.line;
        item["text"] = finding.text;
        json["findings"].push_back(std::move(item));
    }
    return json;
}

}  // namespace yolo::data
