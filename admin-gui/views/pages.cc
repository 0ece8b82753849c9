#include "admin-gui/views/pages.h"

#include "admin-gui/views/apply_page.h"
#include "admin-gui/views/endpoints_page.h"
#include "admin-gui/views/first_run_page.h"
#include "admin-gui/views/flow_log_page.h"
#include "admin-gui/views/help_page.h"
#include "admin-gui/views/history_page.h"
#include "admin-gui/views/network_sets_page.h"
#include "admin-gui/views/overview_page.h"
#include "admin-gui/views/policies_page.h"
#include "admin-gui/views/settings_page.h"
#include "admin-gui/views/simulator_page.h"

namespace gw::gui {

std::vector<std::pair<Destination::Place, Page*>> MakeAllPages(Gateway& gateway,
                                                               PolicySession& session,
                                                               QWidget* parent) {
  using Place = Destination::Place;
  return {{Place::kOverview, new OverviewPage(gateway, session, parent)},
          {Place::kEndpoints, new EndpointsPage(gateway, session, parent)},
          {Place::kNetworkSets, new NetworkSetsPage(gateway, session, parent)},
          {Place::kPolicies, new PoliciesPage(gateway, session, parent)},
          {Place::kFlowLog, new FlowLogPage(gateway, session, parent)},
          {Place::kSimulator, new SimulatorPage(gateway, session, parent)},
          {Place::kHistory, new HistoryPage(gateway, session, parent)},
          {Place::kSettings, new SettingsPage(gateway, session, parent)},
          {Place::kApply, new ApplyPage(gateway, session, parent)},
          {Place::kFirstRun, new FirstRunPage(gateway, session, parent)},
          {Place::kHelp, new HelpPage(gateway, session, parent)}};
}

}  // namespace gw::gui
