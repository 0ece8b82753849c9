#include "admin-gui/session/policy_session.h"

#include <algorithm>
#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/admin-gui/session/session_support.h"

namespace gw::gui {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PolicySessionTest : public ::testing::Test {
 protected:
  PolicySessionTest() { folder_.Write({SetOf("a", "one"), SetOf("b", "one")}); }

  static void PutSet(PolicySession& session, const std::string& name, const std::string& role,
                     const QString& merge = QString()) {
    session.Put(QStringLiteral("Set %1 to %2").arg(Text(name), Text(role)), SetOf(name, role),
                merge);
  }

  // Applies and waits for whatever comes of it.
  static int64_t Apply(PolicySession& session) {
    QSignalSpy applied(&session, &PolicySession::applied);
    session.Apply(QStringLiteral("test"));
    GW_CHECK(Wait([&] { return !session.applying(); }));
    return applied.isEmpty() ? 0 : applied.front().front().toLongLong();
  }

  SessionFolder folder_;
};

TEST_F(PolicySessionTest, ShowsWhatIsStored) {
  OpenSession open(folder_);
  EXPECT_EQ(open.session.base_revision(), 1);
  EXPECT_EQ(RoleIn(open.session.model(), "a"), "one");
  EXPECT_EQ(open.session.change_count(), 0);
  EXPECT_TRUE(open.session.undo_stack().isClean());
}

TEST_F(PolicySessionTest, OfAMissingFileIsEmptyAndApplyMakesIt) {
  SessionFolder fresh;
  OpenSession open(fresh);
  EXPECT_EQ(open.session.base_revision(), 0);
  PutSet(open.session, "a", "one");
  EXPECT_EQ(Apply(open.session), 1);
  EXPECT_EQ(RoleIn(fresh.Stored().model, "a"), "one");
}

TEST_F(PolicySessionTest, UndoAndRedoOfEachStep) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "two");
  open.session.Remove(QStringLiteral("Delete b"), SetKey("b"));
  EXPECT_EQ(open.session.change_count(), 2);
  EXPECT_EQ(open.session.last_change(), QStringLiteral("Delete b"));
  open.session.undo_stack().undo();
  EXPECT_EQ(RoleIn(open.session.model(), "b"), "one");
  open.session.undo_stack().undo();
  EXPECT_EQ(open.session.model(), open.session.base());
  EXPECT_TRUE(open.session.undo_stack().isClean());
  EXPECT_EQ(open.session.last_change(), QString());
  open.session.undo_stack().redo();
  EXPECT_EQ(RoleIn(open.session.model(), "a"), "two");
}

TEST_F(PolicySessionTest, TellsWhichResourcesChanged) {
  OpenSession open(folder_);
  QList<ResourceKey> told;
  QObject::connect(&open.session, &PolicySession::modelChanged, &open.session,
                   [&](const QList<ResourceKey>& keys) { told = keys; });
  PutSet(open.session, "a", "two");
  EXPECT_THAT(told, ElementsAre(SetKey("a")));
}

TEST_F(PolicySessionTest, EditThatChangesNothingIsNoStep) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "one");
  EXPECT_EQ(open.session.undo_stack().count(), 0);
}

TEST_F(PolicySessionTest, TypingMergesIntoOneStep) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "t", QStringLiteral("a.role"));
  PutSet(open.session, "a", "tw", QStringLiteral("a.role"));
  PutSet(open.session, "a", "two", QStringLiteral("a.role"));
  ASSERT_EQ(open.session.undo_stack().count(), 1);
  PutSet(open.session, "b", "two", QStringLiteral("b.role"));
  EXPECT_EQ(open.session.undo_stack().count(), 2);
  open.session.undo_stack().undo();
  open.session.undo_stack().undo();
  EXPECT_EQ(RoleIn(open.session.model(), "a"), "one");
}

TEST_F(PolicySessionTest, TypingAfterAPauseIsAStepOfItsOwn) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "t", QStringLiteral("a.role"));
  QTest::qWait(1100);
  PutSet(open.session, "a", "tw", QStringLiteral("a.role"));
  EXPECT_EQ(open.session.undo_stack().count(), 2);
}

TEST_F(PolicySessionTest, TypingThatIsTakenBackLeavesNoStep) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "two", QStringLiteral("a.role"));
  PutSet(open.session, "a", "one", QStringLiteral("a.role"));
  EXPECT_EQ(open.session.undo_stack().count(), 0);
  EXPECT_EQ(open.session.change_count(), 0);
}

TEST_F(PolicySessionTest, ApplyWritesOneRevisionAndKeepsTheSteps) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "two");
  PutSet(open.session, "c", "new");
  EXPECT_EQ(open.session.ProposedReason(), QStringLiteral("Set c to new; Set a to two"));
  EXPECT_EQ(Apply(open.session), 2);
  EXPECT_EQ(folder_.Stored().revision, 2);
  EXPECT_EQ(open.session.base_revision(), 2);
  EXPECT_EQ(open.session.change_count(), 0);
  EXPECT_TRUE(open.session.undo_stack().isClean());
  EXPECT_EQ(open.session.ProposedReason(), QString());
  // Undoing what was applied is a change like any other.
  open.session.undo_stack().undo();
  EXPECT_THAT(open.session.Differences(), SizeIs(1));
  EXPECT_EQ(open.session.ProposedReason(), QStringLiteral("Undo “Set c to new”"));
  EXPECT_EQ(Apply(open.session), 3);
  EXPECT_EQ(folder_.Stored().model.network_sets.count("c"), 0u);
}

TEST_F(PolicySessionTest, AuthorIsTheLoginNameInTheWindow) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "two");
  Apply(open.session);
  auto store = PolicyStore::Open(folder_.policy_path(), PolicyStore::Mode::kReadOnly);
  ASSERT_TRUE(store.ok());
  const auto info = (*store)->Revision(2);
  ASSERT_TRUE(info.ok());
  EXPECT_THAT(info->author, ::testing::EndsWith("@gui"));
  EXPECT_EQ(info->reason, "test");
}

TEST_F(PolicySessionTest, ErrorsRefuseApplyAndLoseNothing) {
  OpenSession open(folder_);
  open.session.Put(QStringLiteral("Add policy"), testing::Gnp("p", "role ==", {}));
  ASSERT_TRUE(Wait([&] { return HasErrors(open.session.problems()); }));
  std::vector<Problem> refused;
  QObject::connect(
      &open.session, &PolicySession::applyRefused, &open.session,
      [&](const QString&, const std::vector<Problem>& problems) { refused = problems; });
  EXPECT_EQ(Apply(open.session), 0);
  EXPECT_TRUE(HasErrors(refused));
  EXPECT_EQ(open.session.change_count(), 1);
  EXPECT_EQ(folder_.Stored().revision, 1);
}

TEST_F(PolicySessionTest, ProblemsOfALargePolicyComeFromTheWorker) {
  std::vector<Resource> many;
  for (int i = 0; i < 400; ++i) many.push_back(SetOf(absl::StrCat("set-", i), "many"));
  folder_.Write(many);
  OpenSession open(folder_);
  open.session.Put(QStringLiteral("Add policy"), testing::Gnp("p", "role ==", {}));
  EXPECT_TRUE(Wait([&] { return HasErrors(open.session.problems()); }));
}

TEST_F(PolicySessionTest, FieldDraftsBlockOnlyApply) {
  OpenSession open(folder_);
  open.session.SetFieldDraft({SetKey("a"), QStringLiteral("spec.nets[0]"), QStringLiteral("10.0.0"),
                              QStringLiteral("Add the prefix length.")});
  PutSet(open.session, "b", "two");
  open.session.undo_stack().undo();
  open.session.undo_stack().redo();
  std::vector<Problem> refused;
  QObject::connect(
      &open.session, &PolicySession::applyRefused, &open.session,
      [&](const QString&, const std::vector<Problem>& problems) { refused = problems; });
  EXPECT_EQ(Apply(open.session), 0);
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0].field, "spec.nets[0]");
  EXPECT_EQ(refused[0].resource, SetKey("a"));
  open.session.ClearFieldDraft(SetKey("a"), QStringLiteral("spec.nets[0]"));
  EXPECT_EQ(Apply(open.session), 2);
}

TEST_F(PolicySessionTest, FieldDraftsGoWithTheirResource) {
  OpenSession open(folder_);
  open.session.SetFieldDraft({SetKey("a"), QStringLiteral("spec"), QStringLiteral("x"), {}});
  open.session.SetFieldDraft({SetKey("a"), QStringLiteral("spec"), QStringLiteral("y"), {}});
  EXPECT_THAT(open.session.field_drafts(), SizeIs(1));
  open.session.Remove(QStringLiteral("Delete a"), SetKey("a"));
  EXPECT_THAT(open.session.field_drafts(), IsEmpty());
}

TEST_F(PolicySessionTest, RenameCarriesReferences) {
  Tier tier;
  tier.metadata.name = "site";
  Policy policy = testing::Gnp("site.web", "all()", {});
  policy.tier = "site";
  HostEndpoint wan = testing::Hep("wan", "eth0", {}, {"base"});
  folder_.Write({tier, policy, wan, testing::AllowAll("base")});
  OpenSession open(folder_);
  open.session.Rename(QStringLiteral("Rename"), {ResourceKind::kTier, "site"}, "office");
  open.session.Rename(QStringLiteral("Rename"), {ResourceKind::kProfile, "base"}, "usual");
  open.session.Rename(QStringLiteral("Rename"), SetKey("a"), "b");  // taken
  const Model& model = open.session.model();
  EXPECT_EQ(model.policies.at("site.web").tier, "office");
  EXPECT_THAT(model.host_endpoints.at("wan").profiles, ElementsAre("usual"));
  EXPECT_EQ(model.tiers.count("site"), 0u);
  EXPECT_EQ(model.network_sets.size(), 2u);
  EXPECT_EQ(open.session.undo_stack().count(), 2);
}

TEST_F(PolicySessionTest, DiscardIsAStep) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "two");
  PutSet(open.session, "b", "two");
  open.session.Discard();
  EXPECT_EQ(open.session.change_count(), 0);
  open.session.undo_stack().undo();
  EXPECT_EQ(open.session.change_count(), 2);
}

TEST_F(PolicySessionTest, TakeBackTouchesOneResource) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "two");
  PutSet(open.session, "b", "two");
  open.session.TakeBack(SetKey("a"));
  EXPECT_EQ(RoleIn(open.session.model(), "a"), "one");
  EXPECT_EQ(RoleIn(open.session.model(), "b"), "two");
}

TEST_F(PolicySessionTest, GoingBackIsAStepInTheWorkingCopy) {
  folder_.Write({SetOf("a", "two"), SetOf("c", "two")}, {SetKey("b")});
  OpenSession open(folder_);
  open.session.GoBackTo(1);
  ASSERT_TRUE(Wait([&] { return open.session.change_count() == 3; }));
  EXPECT_EQ(open.session.last_change(), QStringLiteral("Go back to revision 1"));
  EXPECT_EQ(Apply(open.session), 3);
  EXPECT_EQ(RoleIn(folder_.Stored().model, "b"), "one");

  QSignalSpy refused(&open.session, &PolicySession::goBackRefused);
  open.session.GoBackTo(99);
  EXPECT_TRUE(Wait([&] { return !refused.isEmpty(); }));
}

// ---- newer revisions of others ------------------------------------------------------------------

TEST_F(PolicySessionTest, WithoutEditsFollowsOthers) {
  OpenSession open(folder_);
  folder_.Write({SetOf("a", "theirs")});
  open.gateway.Refresh();
  ASSERT_TRUE(Wait([&] { return open.session.base_revision() == 2; }));
  EXPECT_EQ(RoleIn(open.session.model(), "a"), "theirs");
  EXPECT_FALSE(open.session.conflict());
}

TEST_F(PolicySessionTest, FollowingDropsStepsThatWouldUndoOthers) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "two");
  ASSERT_EQ(Apply(open.session), 2);
  folder_.Write({SetOf("b", "theirs")});
  open.gateway.Refresh();
  ASSERT_TRUE(Wait([&] { return open.session.base_revision() == 3; }));
  EXPECT_EQ(open.session.undo_stack().count(), 1);
  folder_.Write({SetOf("a", "theirs")});
  open.gateway.Refresh();
  ASSERT_TRUE(Wait([&] { return open.session.base_revision() == 4; }));
  EXPECT_EQ(open.session.undo_stack().count(), 0);
}

TEST_F(PolicySessionTest, TwoSessionsOnOneFileConflict) {
  OpenSession one(folder_);
  OpenSession other(folder_);
  PutSet(one.session, "a", "first");
  PutSet(other.session, "a", "second");
  PutSet(other.session, "c", "second");
  ASSERT_EQ(Apply(one.session), 2);

  QSignalSpy found(&other.session, &PolicySession::conflictFound);
  other.session.Apply(QString());
  ASSERT_TRUE(Wait([&] { return !found.isEmpty(); }));
  ASSERT_TRUE(other.session.conflict());
  const Conflict& conflict = *other.session.conflict();
  EXPECT_EQ(conflict.revision, 2);
  EXPECT_EQ(conflict.fitting, 1u);
  ASSERT_THAT(conflict.choices, SizeIs(1));
  EXPECT_EQ(conflict.choices[0].key, SetKey("a"));
  EXPECT_EQ(conflict.choices[0].was, Resource(SetOf("a", "one")));
  EXPECT_EQ(conflict.choices[0].theirs, Resource(SetOf("a", "first")));
  EXPECT_EQ(conflict.choices[0].yours, Resource(SetOf("a", "second")));
  EXPECT_EQ(folder_.Stored().revision, 2);
  EXPECT_EQ(RoleIn(other.session.model(), "a"), "second");
}

TEST_F(PolicySessionTest, ContinueOnNewerKeepsOurs) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "ours");
  folder_.Write({SetOf("a", "theirs"), SetOf("b", "theirs")});
  QSignalSpy found(&open.session, &PolicySession::conflictFound);
  open.gateway.Refresh();
  ASSERT_TRUE(Wait([&] { return !found.isEmpty(); }));
  EXPECT_EQ(open.session.conflict()->author, QStringLiteral("maria"));
  EXPECT_EQ(open.session.conflict()->reason, QStringLiteral("Printer fix"));

  open.session.ContinueOnNewer({});
  EXPECT_FALSE(open.session.conflict());
  EXPECT_EQ(open.session.base_revision(), 2);
  EXPECT_EQ(RoleIn(open.session.model(), "a"), "ours");
  EXPECT_EQ(RoleIn(open.session.model(), "b"), "theirs");
  open.session.undo_stack().undo();
  EXPECT_EQ(RoleIn(open.session.model(), "a"), "theirs");
  open.session.undo_stack().redo();
  EXPECT_EQ(Apply(open.session), 3);
  EXPECT_EQ(RoleIn(folder_.Stored().model, "b"), "theirs");
}

TEST_F(PolicySessionTest, ContinueOnNewerMayTakeTheirs) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "ours");
  PutSet(open.session, "c", "ours");
  folder_.Write({SetOf("a", "theirs")});
  open.gateway.Refresh();
  ASSERT_TRUE(Wait([&] { return open.session.conflict().has_value(); }));
  open.session.ContinueOnNewer({SetKey("a")});
  EXPECT_EQ(RoleIn(open.session.model(), "a"), "theirs");
  EXPECT_EQ(open.session.change_count(), 1);
}

TEST_F(PolicySessionTest, ContinueOnNewerKeepsStepsThatAreNotConcerned) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "ours");
  PutSet(open.session, "c", "ours");
  folder_.Write({SetOf("b", "theirs")});
  open.gateway.Refresh();
  ASSERT_TRUE(Wait([&] { return open.session.conflict().has_value(); }));
  EXPECT_THAT(open.session.conflict()->choices, IsEmpty());
  open.session.ContinueOnNewer({});
  EXPECT_EQ(open.session.undo_stack().count(), 2);
  EXPECT_EQ(open.session.ProposedReason(), QStringLiteral("Set c to ours; Set a to ours"));
  open.session.undo_stack().undo();
  open.session.undo_stack().undo();
  EXPECT_EQ(open.session.model(), open.session.base());
  EXPECT_EQ(RoleIn(open.session.model(), "b"), "theirs");
}

TEST_F(PolicySessionTest, ConflictEndsWithTheEdits) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "ours");
  folder_.Write({SetOf("a", "theirs")});
  open.gateway.Refresh();
  ASSERT_TRUE(Wait([&] { return open.session.conflict().has_value(); }));
  QSignalSpy ended(&open.session, &PolicySession::conflictEnded);
  open.session.undo_stack().undo();
  ASSERT_TRUE(Wait([&] { return !ended.isEmpty(); }));
  EXPECT_EQ(RoleIn(open.session.model(), "a"), "theirs");
}

// ---- the draft ----------------------------------------------------------------------------------

TEST_F(PolicySessionTest, DraftSurvivesAndComesBack) {
  {
    OpenSession open(folder_);
    PutSet(open.session, "a", "two");
    open.session.Remove(QStringLiteral("Delete b"), SetKey("b"));
    open.session.SetFieldDraft({SetKey("a"), QStringLiteral("spec.nets[0]"),
                                QStringLiteral("10.0.0"), QStringLiteral("no")});
  }
  Gateway gateway(folder_.Files());
  PolicySession session(gateway);
  QSignalSpy restored(&session, &PolicySession::draftRestored);
  session.Load();
  ASSERT_TRUE(Wait([&] { return !restored.isEmpty(); }));
  EXPECT_EQ(restored.front().front().toInt(), 2);
  EXPECT_EQ(RoleIn(session.model(), "a"), "two");
  EXPECT_EQ(session.model().network_sets.count("b"), 0u);
  ASSERT_THAT(session.field_drafts(), SizeIs(1));
  EXPECT_EQ(session.field_drafts()[0].text, QStringLiteral("10.0.0"));
  EXPECT_EQ(session.ProposedReason(), QStringLiteral("Delete b; Set a to two"));
  EXPECT_FALSE(session.undo_stack().isClean());
  session.undo_stack().undo();
  EXPECT_EQ(session.model(), session.base());
}

TEST_F(PolicySessionTest, DraftIsOnDiskSoonAndGoneWithTheLastDifference) {
  OpenSession open(folder_);
  PutSet(open.session, "a", "two");
  EXPECT_TRUE(Wait([&] { return QFile::exists(open.session.draft_path()); }));
  open.session.undo_stack().undo();
  EXPECT_TRUE(Wait([&] { return !QFile::exists(open.session.draft_path()); }));
  PutSet(open.session, "a", "two");
  EXPECT_TRUE(Wait([&] { return QFile::exists(open.session.draft_path()); }));
  Apply(open.session);
  EXPECT_FALSE(QFile::exists(open.session.draft_path()));
}

TEST_F(PolicySessionTest, DraftOfAnOlderRevisionThatFitsContinuesOnTheNewer) {
  {
    OpenSession open(folder_);
    PutSet(open.session, "a", "ours");
  }
  folder_.Write({SetOf("b", "theirs")});
  OpenSession open(folder_);
  EXPECT_EQ(open.session.base_revision(), 2);
  EXPECT_EQ(RoleIn(open.session.model(), "a"), "ours");
  EXPECT_EQ(RoleIn(open.session.model(), "b"), "theirs");
  EXPECT_FALSE(open.session.conflict());
  EXPECT_EQ(Apply(open.session), 3);
}

TEST_F(PolicySessionTest, DraftOfAnOlderRevisionThatDoesNotFitIsAConflict) {
  {
    OpenSession open(folder_);
    PutSet(open.session, "a", "ours");
    PutSet(open.session, "c", "ours");
  }
  folder_.Write({SetOf("a", "theirs")});
  OpenSession open(folder_);
  ASSERT_TRUE(open.session.conflict());
  EXPECT_THAT(open.session.conflict()->choices, SizeIs(1));
  EXPECT_EQ(open.session.conflict()->author, QStringLiteral("maria"));
  EXPECT_EQ(open.session.conflict()->fitting, 1u);
  EXPECT_EQ(Apply(open.session), 0);
  EXPECT_EQ(folder_.Stored().revision, 2);
  open.session.ContinueOnNewer({});
  EXPECT_EQ(Apply(open.session), 3);
  EXPECT_EQ(RoleIn(folder_.Stored().model, "a"), "ours");
}

TEST_F(PolicySessionTest, DraftThatWasAppliedMeanwhileIsNoChange) {
  {
    OpenSession open(folder_);
    PutSet(open.session, "a", "ours");
  }
  folder_.Write({SetOf("a", "ours")});
  OpenSession open(folder_);
  EXPECT_EQ(open.session.base_revision(), 2);
  EXPECT_EQ(open.session.change_count(), 0);
  EXPECT_FALSE(open.session.conflict());
}

TEST_F(PolicySessionTest, DamagedDraftIsPutAside) {
  QString path;
  {
    OpenSession open(folder_);
    PutSet(open.session, "a", "ours");
    path = open.session.draft_path();
  }
  QFile file(path);
  ASSERT_TRUE(file.resize(file.size() / 2));
  OpenSession open(folder_);
  EXPECT_EQ(open.session.change_count(), 0);
  EXPECT_TRUE(QFile::exists(path + QStringLiteral(".damaged")));
  EXPECT_FALSE(QFile::exists(path));
}

TEST_F(PolicySessionTest, EachWindowOnAGatewayHasItsDraft) {
  OpenSession one(folder_);
  OpenSession other(folder_);
  EXPECT_NE(one.session.draft_path(), other.session.draft_path());
}

TEST_F(PolicySessionTest, DraftKeepsWhatValidateRefuses) {
  Policy policy = testing::Gnp("Not a name", "role ==", {});
  {
    OpenSession open(folder_);
    open.session.Put(QStringLiteral("Add"), policy);
  }
  OpenSession open(folder_);
  ASSERT_EQ(open.session.change_count(), 1);
  EXPECT_EQ(open.session.model().policies.at("Not a name"), policy);
}

TEST_F(PolicySessionTest, UnreadableFileLoadsWhenItCanBeRead) {
  const std::string path = folder_.policy_path();
  std::filesystem::rename(path, path + ".away");
  folder_.folder().Write("policy.db", "this is no database at all, whatever its name says");
  Gateway gateway(folder_.Files());
  PolicySession session(gateway);
  session.Load();
  ASSERT_TRUE(Wait([&] {
    gateway.Refresh();
    return gateway.problem().kind == GatewayProblem::Kind::kNotOurs;
  }));
  EXPECT_FALSE(session.loaded());
  std::filesystem::rename(path + ".away", path);
  gateway.Refresh();
  EXPECT_TRUE(Wait([&] { return session.loaded(); }));
  EXPECT_EQ(session.base_revision(), 1);
}

}  // namespace
}  // namespace gw::gui
