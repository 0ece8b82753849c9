<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ChangeLines</name>
    <message numerus="yes">
        <source>%n network(s)</source>
        <translation>
            <numerusform>%n network</numerusform>
            <numerusform>%n networks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s)</source>
        <translation>
            <numerusform>%n rule</numerusform>
            <numerusform>%n rules</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s) edited</source>
        <translation>
            <numerusform>%n rule edited</numerusform>
            <numerusform>%n rules edited</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s) added</source>
        <translation>
            <numerusform>%n rule added</numerusform>
            <numerusform>%n rules added</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s) removed</source>
        <translation>
            <numerusform>%n rule removed</numerusform>
            <numerusform>%n rules removed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::ApplyPage</name>
    <message numerus="yes">
        <source>%n change(s) since revision %1</source>
        <translation>
            <numerusform>%n change since revision %1</numerusform>
            <numerusform>%n changes since revision %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Apply %n change(s)</source>
        <translation>
            <numerusform>Apply %n change</numerusform>
            <numerusform>Apply %n changes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::Attention</name>
    <message numerus="yes">
        <source>%1 selects %n of them.</source>
        <translation>
            <numerusform>%1 selects %n of them.</numerusform>
            <numerusform>%1 selects %n of them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::AttentionCard</name>
    <message numerus="yes">
        <source>%n set aside</source>
        <translation>
            <numerusform>%n set aside</numerusform>
            <numerusform>%n set aside</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::DecisionStepModel</name>
    <message numerus="yes">
        <source>  +%n rule(s)</source>
        <translation>
            <numerusform>  +%n rule</numerusform>
            <numerusform>  +%n rules</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::EndpointTableModel</name>
    <message numerus="yes">
        <source>%n policies</source>
        <translation>
            <numerusform>%n policy</numerusform>
            <numerusform>%n policies</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n warning</numerusform>
            <numerusform>%n warnings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::EndpointsPage</name>
    <message numerus="yes">
        <source>%n checked</source>
        <translation>
            <numerusform>%n checked</numerusform>
            <numerusform>%n checked</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, %n not checked</source>
        <translation>
            <numerusform>%1, %n not checked</numerusform>
            <numerusform>%1, %n not checked</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::EndsText</name>
    <message numerus="yes">
        <source>%n endpoints</source>
        <translation>
            <numerusform>%n endpoint</numerusform>
            <numerusform>%n endpoints</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::FirstRunPage</name>
    <message numerus="yes">
        <source>  +%n rule(s)</source>
        <translation>
            <numerusform>  +%n rule</numerusform>
            <numerusform>  +%n rules</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n endpoint(s)</source>
        <translation>
            <numerusform>%n endpoint</numerusform>
            <numerusform>%n endpoints</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n policies</source>
        <translation>
            <numerusform>%n policy</numerusform>
            <numerusform>%n policies</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::HistoryModel</name>
    <message numerus="yes">
        <source>%n endpoint(s)</source>
        <translation>
            <numerusform>%n endpoint</numerusform>
            <numerusform>%n endpoints</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n policies</source>
        <translation>
            <numerusform>%n policy</numerusform>
            <numerusform>%n policies</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n network set(s)</source>
        <translation>
            <numerusform>%n network set</numerusform>
            <numerusform>%n network sets</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n profile(s)</source>
        <translation>
            <numerusform>%n profile</numerusform>
            <numerusform>%n profiles</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tier(s)</source>
        <translation>
            <numerusform>%n tier</numerusform>
            <numerusform>%n tiers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::ImpactModel</name>
    <message numerus="yes">
        <source>Newly denied: %1 to %2, %3, %n flow(s)</source>
        <translation>
            <numerusform>Newly denied: %1 to %2, %3, %n flow</numerusform>
            <numerusform>Newly denied: %1 to %2, %3, %n flows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Newly allowed: %1 to %2, %3, %n flow(s)</source>
        <translation>
            <numerusform>Newly allowed: %1 to %2, %3, %n flow</numerusform>
            <numerusform>Newly allowed: %1 to %2, %3, %n flows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::MainWindow</name>
    <message numerus="yes">
        <source>%n change(s) from last time were not applied. They are back.</source>
        <translation>
            <numerusform>%n change from last time was not applied. It is back.</numerusform>
            <numerusform>%n changes from last time were not applied. They are back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::Navigation</name>
    <message numerus="yes">
        <source>Policies, %n change(s)</source>
        <translation>
            <numerusform>Policies, %n change</numerusform>
            <numerusform>Policies, %n changes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::NetworkImportPane</name>
    <message numerus="yes">
        <source>%1 networks</source>
        <translation>
            <numerusform>%1 network</numerusform>
            <numerusform>%1 networks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %n network(s) into %1</source>
        <translation>
            <numerusform>Import %n network into %1</numerusform>
            <numerusform>Import %n networks into %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::NetworkSetModel</name>
    <message numerus="yes">
        <source>%n policies</source>
        <translation>
            <numerusform>%n policy</numerusform>
            <numerusform>%n policies</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, labels %2, %n network(s), %3</source>
        <translation>
            <numerusform>%1, labels %2, %n network, %3</numerusform>
            <numerusform>%1, labels %2, %n networks, %3</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::NetworkSetPane</name>
    <message numerus="yes">
        <source>%1 networks</source>
        <translation>
            <numerusform>%1 network</numerusform>
            <numerusform>%1 networks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove %n network(s) from %1</source>
        <translation>
            <numerusform>Remove %n network from %1</numerusform>
            <numerusform>Remove %n networks from %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::NetworkSetsPage</name>
    <message numerus="yes">
        <source>%1 sets, %2 networks</source>
        <translation>
            <numerusform>%1 set, %2 networks</numerusform>
            <numerusform>%1 sets, %2 networks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 deleted. %n policies no longer match its networks.</source>
        <translation>
            <numerusform>%1 deleted. %n policy no longer matches its networks.</numerusform>
            <numerusform>%1 deleted. %n policies no longer match its networks.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::OverviewPage</name>
    <message numerus="yes">
        <source>%n day(s) observed</source>
        <translation>
            <numerusform>%n day observed</numerusform>
            <numerusform>%n days observed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::PoliciesPage</name>
    <message numerus="yes">
        <source>%n tiers</source>
        <translation>
            <numerusform>%n tier</numerusform>
            <numerusform>%n tiers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicyLivePanel</name>
    <message numerus="yes">
        <source>%1, and %n more rules</source>
        <translation>
            <numerusform>%1, and %n more rule</numerusform>
            <numerusform>%1, and %n more rules</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>flows from %n devices</source>
        <translation>
            <numerusform>flows from %n device</numerusform>
            <numerusform>flows from %n devices</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicyPane</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more rules</source>
        <translation>
            <numerusform>and %n more rule</numerusform>
            <numerusform>and %n more rules</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicySession</name>
    <message numerus="yes">
        <source>Discard %n change(s)</source>
        <translation>
            <numerusform>Discard %n change</numerusform>
            <numerusform>Discard %n changes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n field(s) need attention</source>
        <translation>
            <numerusform>%n field needs attention</numerusform>
            <numerusform>%n fields need attention</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicyTableModel</name>
    <message numerus="yes">
        <source>+%n rules</source>
        <translation>
            <numerusform>+%n rule</numerusform>
            <numerusform>+%n rules</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>applies to %n endpoints</source>
        <translation>
            <numerusform>applies to %n endpoint</numerusform>
            <numerusform>applies to %n endpoints</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more rules</source>
        <translation>
            <numerusform>and %n more rule</numerusform>
            <numerusform>and %n more rules</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n policies</source>
        <translation>
            <numerusform>%n policy</numerusform>
            <numerusform>%n policies</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicyText</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::SetupText</name>
    <message numerus="yes">
        <source>%n device(s)</source>
        <translation>
            <numerusform>%n device</numerusform>
            <numerusform>%n devices</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::StatusLine</name>
    <message numerus="yes">
        <source>%Ln decision(s)/s</source>
        <translation>
            <numerusform>%Ln decision/s</numerusform>
            <numerusform>%Ln decisions/s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln live flow(s)</source>
        <translation>
            <numerusform>%Ln live flow</numerusform>
            <numerusform>%Ln live flows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln record(s) lost</source>
        <translation>
            <numerusform>%Ln record lost</numerusform>
            <numerusform>%Ln records lost</numerusform>
        </translation>
    </message>
</context>
</TS>
