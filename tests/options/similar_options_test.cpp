// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/config.hpp>

namespace yolo {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

struct Misspelling {
    std::string word;
    std::vector<std::string> names;
};

// Expected lists from another implementation of the definition (Python's difflib.get_close_matches).
const Misspelling misspellings[] = {
    {"sorce", {"source", "scale"}},
    {"cnf", {"conf", "cfg"}},
    {"modle", {"mode", "model"}},
    {"imgz", {"imgsz"}},
    {"epoch", {"epochs"}},
    {"save_tx", {"save_txt", "save", "save_dir"}},
    {"hide_label", {"show_labels"}},
    {"batchsize", {"batch"}},
    {"predit", {"predict", "project", "rect"}},
    {"tets", {}},
    {"lr", {"lrf", "lr0"}},
    {"warmup", {"amp", "warmup_epochs", "warmup_bias_lr"}},
    {"xyz", {}},
    {"device_", {"device"}},
    {"flip", {"flipud", "fliplr"}},
    {"save", {"save", "scale", "save_txt"}},
    {"cls_p", {"cls_pw", "cls", "cls_remap"}},
    {"maxdet", {"max_det", "mode"}},
    {"show_box", {"show_boxes", "show_conf", "show"}},
    {"iou_thres", {"threads"}},
    {"conf_thres", {}},
    {"trian", {"train", "track"}},
    {"segmentation", {"augmentations", "segment", "settings"}},
    {"color", {"cos_lr", "color_mode", "coco"}},
    {"tracker_type", {"tracker"}},
    {"abcd", {}},
    {"a", {}},
    {"weights", {"weight_decay"}},
    {"mosiac", {"mosaic"}},
    {"copypaste", {"copy_paste", "copy_paste_mode"}},
    {"copy_cfg", {"copy-cfg"}},
    {"setting", {"settings"}},
    {"hepl", {"help"}},
    {"anchors", {}},
    {"momentun", {"momentum", "warmup_momentum"}},
    {"erase", {"verbose", "erasing"}},
    {"augmentation", {"augmentations", "augment"}},
    {"line_thick", {"line_width"}},
    {"visualise", {"visualize"}},
    {"freez", {"freeze"}},
    {"sacve_cnf", {"save_conf", "save_json", "save_crop"}},
    {"pretrainjed", {"pretrained", "train"}},
    {"naem", {"name"}},
    {"opet", {"opset"}},
    {"classes", {"classes", "classify", "cls"}},
    {"frumat", {"format"}},
    {"hs_vv", {"hsv_v", "hsv_s", "hsv_h"}},
    {"_sea", {"shear"}},
    {"warmup_epwochs", {"warmup_epochs", "epochs"}},
    {"distil_fmojdel", {"distill_model"}},
    {"csave_tt", {"save_txt", "save", "save_dir"}},
    {"worsapec", {"workspace"}},
    {"prletraied", {"pretrained"}},
    {"cf", {"cfg", "conf"}},
    {"cso_lr", {"cos_lr"}},
    {"worsace", {"workspace", "mosaic"}},
    {"deect", {"detect", "rect"}},
    {"see", {"seed", "segment"}},
    {"jlr", {"lrf", "lr0"}},
    {"viid_strifde", {"vid_stride"}},
    {"d", {}},
    {"nbns", {"nbs"}},
    {"gnostic_nms", {"agnostic_nms"}},
    {"oprjct", {"project", "predict", "rect"}},
    {"bnhcark", {"benchmark"}},
    {"msipc", {"mosaic", "mixup"}},
    {"savhe", {"save", "save_txt", "save_dir"}},
    {"autbo_augment", {"auto_augment", "augment"}},
    {"cuix", {"cutmix"}},
    {"pnfractio", {"fraction"}},
    {"ioup", {"iou", "mixup"}},
    {"copyapste", {"copy_paste", "copy_paste_mode"}},
    {"sourece", {"source"}},
    {"dynma", {"dynamic"}},
    {"bb", {"obb"}},
    {"line_whidth", {"line_width"}},
    {"workes", {"workers", "workspace"}},
    {"fo", {"info"}},
    {"pam", {"amp"}},
    {"saveperod", {"save_period", "save_crop", "seed"}},
    {"angl", {"angle"}},
    {"augmenhtation", {"augmentations", "augment"}},
    {"rak", {"track", "tracker"}},
    {"ifnco", {"info"}},
    {"wzarmpu_momentum", {"warmup_momentum", "momentum"}},
    {"hv_v", {"hsv_v", "hsv_s", "hsv_h"}},
    {"clrs_w", {"cls_pw", "cls"}},
    {"ma_xdet", {"max_det"}},
    {"proicel", {"profile"}},
    {"show_hlabes", {"show_labels", "show_boxes"}},
    {"tak", {"task", "track", "tracker"}},
    {"seittings", {"settings"}},
    {"nbs", {"nbs", "nms"}},
    {"csdnn", {"dnn"}},
    {"jbr", {"bgr"}},
    {"fim", {}},
    {"optimizr", {"optimizer", "optimize"}},
    {"eemdb", {"seed", "embed"}},
    {"benxcmaruk", {"benchmark"}},
};

TEST(SimilarOptions, AgreeWithAnotherImplementation) {
    for (const Misspelling& item : misspellings) {
        // Our own options take places of theirs, of which three are shown.
        std::vector<std::string> names, wanted = item.names;
        for (const std::string& shown : similar_options(item.word)) {
            std::string name = shown.substr(0, shown.find('='));
            const bool theirs = !is_own_option(name) || std::ranges::find(wanted, name) != wanted.end();
            if (theirs) {
                names.push_back(std::move(name));
            } else if (wanted.size() == 3) {
                wanted.pop_back();
            }
        }
        EXPECT_THAT(names, ElementsAreArray(wanted)) << item.word;
    }
}

TEST(SimilarOptions, ShowTheDefault) {
    EXPECT_THAT(similar_options("sorce"), ElementsAre("source", "scale=0.5"));
}

}  // namespace
}  // namespace yolo
