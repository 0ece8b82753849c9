<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ChangeLines</name>
    <message>
        <source>no labels</source>
        <translation>keine Labels</translation>
    </message>
    <message>
        <source>untracked traffic</source>
        <translation>Verkehr ohne Verfolgung</translation>
    </message>
    <message>
        <source>traffic before NAT</source>
        <translation>Verkehr vor NAT</translation>
    </message>
    <message>
        <source>routed traffic, and to and from this gateway</source>
        <translation>durchgeleiteter Verkehr sowie von und zu diesem Gateway</translation>
    </message>
    <message>
        <source>traffic to and from this gateway only</source>
        <translation>nur Verkehr von und zu diesem Gateway</translation>
    </message>
    <message>
        <source>In tier %1, last</source>
        <translation>In Stufe %1, zuletzt</translation>
    </message>
    <message>
        <source>In tier %1, order %2</source>
        <translation>In Stufe %1, Rang %2</translation>
    </message>
    <message>
        <source>Applies to %1: %2</source>
        <translation>Gilt für %1: %2</translation>
    </message>
    <message>
        <source>Staged: recorded, not enforced</source>
        <translation>Auf Probe: wird vermerkt, ist nicht wirksam</translation>
    </message>
    <message>
        <source>Port %1 is %2</source>
        <translation>Port %1 ist %2</translation>
    </message>
    <message>
        <source>Interface %1 of %2</source>
        <translation>Schnittstelle %1 von %2</translation>
    </message>
    <message>
        <source>Labels: %1</source>
        <translation>Labels: %1</translation>
    </message>
    <message>
        <source>Profiles: %1</source>
        <translation>Profile: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n network(s)</source>
        <translation>
            <numerusform>%n Netz</numerusform>
            <numerusform>%n Netze</numerusform>
        </translation>
    </message>
    <message>
        <source>Gives the labels: %1</source>
        <translation>Gibt die Labels: %1</translation>
    </message>
    <message>
        <source>Order %1</source>
        <translation>Rang %1</translation>
    </message>
    <message>
        <source>Last in order</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>What no rule decides goes on</source>
        <translation>Was keine Regel entscheidet, geht weiter</translation>
    </message>
    <message>
        <source>What no rule decides is denied</source>
        <translation>Was keine Regel entscheidet, wird blockiert</translation>
    </message>
    <message>
        <source>Endpoint</source>
        <translation>Endpunkt</translation>
    </message>
    <message>
        <source>Workload</source>
        <translation>Workload</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>Richtlinie</translation>
    </message>
    <message>
        <source>Staged policy</source>
        <translation>Richtlinie auf Probe</translation>
    </message>
    <message>
        <source>Network set</source>
        <translation>Netzgruppe</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Profil</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>Gelöscht</translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s)</source>
        <translation>
            <numerusform>%n Regel</numerusform>
            <numerusform>%n Regeln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s) edited</source>
        <translation>
            <numerusform>%n Regel geändert</numerusform>
            <numerusform>%n Regeln geändert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s) added</source>
        <translation>
            <numerusform>%n Regel hinzugefügt</numerusform>
            <numerusform>%n Regeln hinzugefügt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s) removed</source>
        <translation>
            <numerusform>%n Regel entfernt</numerusform>
            <numerusform>%n Regeln entfernt</numerusform>
        </translation>
    </message>
    <message>
        <source>labels changed</source>
        <translation>Labels geändert</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Arriving</source>
        <translation>Ankommend</translation>
    </message>
    <message>
        <source>Leaving</source>
        <translation>Abgehend</translation>
    </message>
</context>
<context>
    <name>FlowLogPage</name>
    <message>
        <source>Column %1: %2</source>
        <translation>Spalte %1: %2</translation>
    </message>
</context>
<context>
    <name>FlowWords</name>
    <message>
        <source>echo request</source>
        <translation>Echo-Anfrage</translation>
    </message>
    <message>
        <source>echo reply</source>
        <translation>Echo-Antwort</translation>
    </message>
    <message>
        <source>unreachable</source>
        <translation>nicht erreichbar</translation>
    </message>
    <message>
        <source>time exceeded</source>
        <translation>Zeit überschritten</translation>
    </message>
    <message>
        <source>type %1</source>
        <translation>Typ %1</translation>
    </message>
    <message>
        <source>No profile allows it</source>
        <translation>Kein Profil erlaubt es</translation>
    </message>
    <message>
        <source>No policy decides</source>
        <translation>Keine Richtlinie entscheidet</translation>
    </message>
    <message>
        <source>Interface not checked</source>
        <translation>Schnittstelle nicht geprüft</translation>
    </message>
    <message>
        <source>Gateway to workload</source>
        <translation>Gateway zu Workload</translation>
    </message>
    <message>
        <source>Unknown workload</source>
        <translation>Unbekannter Workload</translation>
    </message>
    <message>
        <source>Neighbour discovery</source>
        <translation>Nachbarerkennung</translation>
    </message>
    <message>
        <source>Spoofed source</source>
        <translation>Gefälschte Quelle</translation>
    </message>
    <message>
        <source>VXLAN from a workload</source>
        <translation>VXLAN von einem Workload</translation>
    </message>
    <message>
        <source>IPIP from a workload</source>
        <translation>IPIP von einem Workload</translation>
    </message>
    <message>
        <source>Denied</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgewiesen</translation>
    </message>
    <message>
        <source>Allowed</source>
        <translation>Erlaubt</translation>
    </message>
    <message>
        <source>End of %1</source>
        <translation>Ende von %1</translation>
    </message>
    <message>
        <source>Failsafe %1</source>
        <translation>Notzugang %1</translation>
    </message>
    <message>
        <source>Connection state %1</source>
        <translation>Verbindungszustand %1</translation>
    </message>
    <message>
        <source>Profile %1 is missing</source>
        <translation>Profil %1 fehlt</translation>
    </message>
    <message>
        <source>Workload to gateway: %1</source>
        <translation>Workload zu Gateway: %1</translation>
    </message>
    <message>
        <source>by %1 rule %2</source>
        <translation>durch %1 Regel %2</translation>
    </message>
    <message>
        <source>No rule of tier %1 decides, and the tier ends with Deny.</source>
        <translation>Keine Regel der Stufe %1 entscheidet, und die Stufe endet mit Blockieren.</translation>
    </message>
    <message>
        <source>Failsafe %1 stands above every policy.</source>
        <translation>Der Notzugang %1 steht über jeder Richtlinie.</translation>
    </message>
    <message>
        <source>%1.</source>
        <translation>%1.</translation>
    </message>
    <message>
        <source>Rule %1 of %2</source>
        <translation>Regel %1 von %2</translation>
    </message>
    <message>
        <source>%1, which is no longer there.</source>
        <translation>%1, die es nicht mehr gibt.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>protocol %1</source>
        <translation>Protokoll %1</translation>
    </message>
    <message>
        <source>%1 may not reach %2</source>
        <translation>%1 darf %2 nicht erreichen</translation>
    </message>
    <message>
        <source>%1 may reach %2</source>
        <translation>%1 darf %2 erreichen</translation>
    </message>
    <message>
        <source>Any source</source>
        <translation>Beliebige Quelle</translation>
    </message>
    <message>
        <source>1 packet</source>
        <translation>1 Paket</translation>
    </message>
    <message>
        <source>%1 packets</source>
        <translation>%1 Pakete</translation>
    </message>
</context>
<context>
    <name>LikeThis</name>
    <message>
        <source>protocol %1</source>
        <translation>Protokoll %1</translation>
    </message>
    <message>
        <source>Exactly this</source>
        <translation>Genau dies</translation>
    </message>
    <message>
        <source>%1 → %2, %3</source>
        <translation>%1 → %2, %3</translation>
    </message>
    <message>
        <source>This service</source>
        <translation>Dieser Dienst</translation>
    </message>
    <message>
        <source>any source → %1, %2</source>
        <translation>jede Quelle → %1, %2</translation>
    </message>
    <message>
        <source>This pair of labels</source>
        <translation>Dieses Paar von Labels</translation>
    </message>
    <message>
        <source>This label</source>
        <translation>Dieses Label</translation>
    </message>
    <message>
        <source>Add policy %1</source>
        <translation>Richtlinie %1 hinzufügen</translation>
    </message>
    <message>
        <source>Add rule %1 to %2</source>
        <translation>Regel %1 zu %2 hinzufügen</translation>
    </message>
    <message>
        <source>This is denied already.</source>
        <translation>Das ist schon blockiert.</translation>
    </message>
    <message>
        <source>This is allowed already.</source>
        <translation>Das ist schon erlaubt.</translation>
    </message>
    <message>
        <source>in %1, before rule %2</source>
        <translation>in %1, vor Regel %2</translation>
    </message>
    <message>
        <source>in %1, as its last rule</source>
        <translation>in %1, als letzte Regel</translation>
    </message>
    <message>
        <source>in a new policy, %1, in front of all others</source>
        <translation>in einer neuen Richtlinie, %1, vor allen anderen</translation>
    </message>
    <message>
        <source>A failsafe decides this before every rule.</source>
        <translation>Ein Notzugang entscheidet das vor jeder Regel.</translation>
    </message>
    <message>
        <source>The state of the connection decides this before every rule.</source>
        <translation>Der Zustand der Verbindung entscheidet das vor jeder Regel.</translation>
    </message>
    <message>
        <source>The source address is not one that this interface may use.</source>
        <translation>Die Quelladresse darf diese Schnittstelle nicht benutzen.</translation>
    </message>
    <message>
        <source>The interface belongs to no endpoint yet. Give it one first.</source>
        <translation>Die Schnittstelle gehört noch zu keinem Endpunkt. Sie braucht zuerst einen.</translation>
    </message>
    <message>
        <source>This is decided before every rule.</source>
        <translation>Das wird vor jeder Regel entschieden.</translation>
    </message>
    <message>
        <source>No endpoint governs the interface. Give it one first.</source>
        <translation>Kein Endpunkt ist für die Schnittstelle zuständig. Sie braucht zuerst einen.</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>Edit what a Gatewarden gateway allows, and review what it decided.</source>
        <translation>Festlegen, was ein Gatewarden-Gateway erlaubt, und nachsehen, was es entschieden hat.</translation>
    </message>
    <message>
        <source>The gateway&apos;s policy database.</source>
        <translation>Die Richtliniendatenbank des Gateways.</translation>
    </message>
    <message>
        <source>Its audit log; without it, audit.db beside the policy.</source>
        <translation>Sein Protokoll; ohne Angabe audit.db neben den Richtlinien.</translation>
    </message>
    <message>
        <source>What to call the gateway in the window.</source>
        <translation>Wie das Gateway im Fenster heißen soll.</translation>
    </message>
    <message>
        <source>The same as --policy-db.</source>
        <translation>Dasselbe wie --policy-db.</translation>
    </message>
</context>
<context>
    <name>Navigation</name>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Endpoints</source>
        <translation>Endpunkte</translation>
    </message>
    <message>
        <source>Network sets</source>
        <translation>Netzgruppen</translation>
    </message>
    <message>
        <source>Policies</source>
        <translation>Richtlinien</translation>
    </message>
    <message>
        <source>Flow log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Simulator</source>
        <translation>Simulator</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
</context>
<context>
    <name>RuleWords</name>
    <message>
        <source>%sentence.</source>
        <translation>%sentence.</translation>
    </message>
    <message>
        <source>%sentence, %when.</source>
        <translation>%sentence, %when.</translation>
    </message>
    <message>
        <source>%sentence, %when</source>
        <translation>%sentence, %when</translation>
    </message>
    <message>
        <source>all traffic</source>
        <translation>jeden Verkehr</translation>
    </message>
    <message>
        <source>everything except %what</source>
        <translation>alles außer %what</translation>
    </message>
    <message>
        <source>protocol %number</source>
        <translation>Protokoll %number</translation>
    </message>
    <message>
        <source>%protocol %ports</source>
        <translation>%protocol %ports</translation>
    </message>
    <message>
        <source>%protocol except %excluded</source>
        <translation>%protocol außer %excluded</translation>
    </message>
    <message>
        <source>%protocol %ports except %excluded</source>
        <translation>%protocol %ports außer %excluded</translation>
    </message>
    <message>
        <source>ports %ports</source>
        <translation>Ports %ports</translation>
    </message>
    <message>
        <source>all ports except %excluded</source>
        <translation>alle Ports außer %excluded</translation>
    </message>
    <message>
        <source>ports %ports except %excluded</source>
        <translation>Ports %ports außer %excluded</translation>
    </message>
    <message>
        <source>%port (%service)</source>
        <translation>%port (%service)</translation>
    </message>
    <message>
        <source>&quot;%name&quot;</source>
        <translation>„%name“</translation>
    </message>
    <message>
        <source>%list and %count more ports</source>
        <translation>%list und %count weitere Ports</translation>
    </message>
    <message>
        <source>%what except %excluded</source>
        <translation>%what außer %excluded</translation>
    </message>
    <message>
        <source>%protocol type %type</source>
        <translation>%protocol Typ %type</translation>
    </message>
    <message>
        <source>%protocol type %type code %code</source>
        <translation>%protocol Typ %type Code %code</translation>
    </message>
    <message>
        <source>any address</source>
        <translation>jeder Adresse</translation>
    </message>
    <message>
        <source>any known endpoint</source>
        <translation>jedem bekannten Endpunkt</translation>
    </message>
    <message>
        <source>this gateway</source>
        <translation>diesem Gateway</translation>
    </message>
    <message>
        <source>known addresses labelled %labels</source>
        <translation>bekannten Adressen mit %labels</translation>
    </message>
    <message>
        <source>known addresses %labels</source>
        <translation>bekannten Adressen %labels</translation>
    </message>
    <message>
        <source>%side within %nets</source>
        <translation>%side in %nets</translation>
    </message>
    <message>
        <source>%side, except %excluded</source>
        <translation>%side, außer %excluded</translation>
    </message>
    <message>
        <source>%side, source port %ports</source>
        <translation>%side, Quellport %ports</translation>
    </message>
    <message>
        <source>%side, except source port %ports</source>
        <translation>%side, außer Quellport %ports</translation>
    </message>
    <message>
        <source>%list and %count more networks</source>
        <translation>%list und %count weiteren Netzen</translation>
    </message>
    <message>
        <source>%key = &apos;%value&apos;</source>
        <translation>%key = &apos;%value&apos;</translation>
    </message>
    <message>
        <source>%key = %values</source>
        <translation>%key = %values</translation>
    </message>
    <message>
        <source>without %key = &apos;%value&apos;</source>
        <translation>ohne %key = &apos;%value&apos;</translation>
    </message>
    <message>
        <source>without %key = %values</source>
        <translation>ohne %key = %values</translation>
    </message>
    <message>
        <source>with label %key</source>
        <translation>mit Label %key</translation>
    </message>
    <message>
        <source>without label %key</source>
        <translation>ohne Label %key</translation>
    </message>
    <message>
        <source>%key starting with &apos;%value&apos;</source>
        <translation>%key beginnend mit &apos;%value&apos;</translation>
    </message>
    <message>
        <source>%key ending with &apos;%value&apos;</source>
        <translation>%key endend mit &apos;%value&apos;</translation>
    </message>
    <message>
        <source>%key containing &apos;%value&apos;</source>
        <translation>%key mit &apos;%value&apos; darin</translation>
    </message>
    <message>
        <source>(%labels)</source>
        <translation>(%labels)</translation>
    </message>
    <message>
        <source>%first and %last</source>
        <translation>%first und %last</translation>
    </message>
    <message>
        <source>%first or %last</source>
        <translation>%first oder %last</translation>
    </message>
    <message>
        <source>%first, %next</source>
        <translation>%first, %next</translation>
    </message>
    <message>
        <source>%first, %last</source>
        <translation>%first, %last</translation>
    </message>
    <message>
        <source>IPv4 only</source>
        <translation>nur IPv4</translation>
    </message>
    <message>
        <source>IPv6 only</source>
        <translation>nur IPv6</translation>
    </message>
    <message>
        <source>until %date</source>
        <translation>bis %date</translation>
    </message>
    <message>
        <source>Mon</source>
        <translation>Mo</translation>
    </message>
    <message>
        <source>Tue</source>
        <translation>Di</translation>
    </message>
    <message>
        <source>Wed</source>
        <translation>Mi</translation>
    </message>
    <message>
        <source>Thu</source>
        <translation>Do</translation>
    </message>
    <message>
        <source>Fri</source>
        <translation>Fr</translation>
    </message>
    <message>
        <source>Sat</source>
        <translation>Sa</translation>
    </message>
    <message>
        <source>Sun</source>
        <translation>So</translation>
    </message>
    <message>
        <source>ICMP echo reply</source>
        <translation>ICMP-Echo-Antworten</translation>
    </message>
    <message>
        <source>ICMP destination unreachable</source>
        <translation>ICMP „Ziel nicht erreichbar“</translation>
    </message>
    <message>
        <source>ICMP redirect</source>
        <translation>ICMP-Umleitungen</translation>
    </message>
    <message>
        <source>ICMP echo request</source>
        <translation>ICMP-Echo-Anfragen</translation>
    </message>
    <message>
        <source>ICMP time exceeded</source>
        <translation>ICMP „Zeit überschritten“</translation>
    </message>
    <message>
        <source>ICMP parameter problem</source>
        <translation>ICMP „Parameterfehler“</translation>
    </message>
    <message>
        <source>ICMPv6 destination unreachable</source>
        <translation>ICMPv6 „Ziel nicht erreichbar“</translation>
    </message>
    <message>
        <source>ICMPv6 packet too big</source>
        <translation>ICMPv6 „Paket zu groß“</translation>
    </message>
    <message>
        <source>ICMPv6 time exceeded</source>
        <translation>ICMPv6 „Zeit überschritten“</translation>
    </message>
    <message>
        <source>ICMPv6 parameter problem</source>
        <translation>ICMPv6 „Parameterfehler“</translation>
    </message>
    <message>
        <source>ICMPv6 echo request</source>
        <translation>ICMPv6-Echo-Anfragen</translation>
    </message>
    <message>
        <source>ICMPv6 echo reply</source>
        <translation>ICMPv6-Echo-Antworten</translation>
    </message>
    <message>
        <source>ICMPv6 router solicitation</source>
        <translation>ICMPv6-Router-Anfragen</translation>
    </message>
    <message>
        <source>ICMPv6 router advertisement</source>
        <translation>ICMPv6-Router-Ankündigungen</translation>
    </message>
    <message>
        <source>ICMPv6 neighbour solicitation</source>
        <translation>ICMPv6-Nachbaranfragen</translation>
    </message>
    <message>
        <source>ICMPv6 neighbour advertisement</source>
        <translation>ICMPv6-Nachbarankündigungen</translation>
    </message>
    <message>
        <source>Allow %what</source>
        <translation>Erlaubt %what</translation>
    </message>
    <message>
        <source>Allow %what from %src</source>
        <translation>Erlaubt %what von %src</translation>
    </message>
    <message>
        <source>Allow %what to %dst</source>
        <translation>Erlaubt %what zu %dst</translation>
    </message>
    <message>
        <source>Allow %what from %src to %dst</source>
        <translation>Erlaubt %what von %src zu %dst</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Erlaubt</translation>
    </message>
    <message>
        <source>Allow from %src</source>
        <translation>Erlaubt von %src</translation>
    </message>
    <message>
        <source>Allow to %dst</source>
        <translation>Erlaubt zu %dst</translation>
    </message>
    <message>
        <source>Allow from %src to %dst</source>
        <translation>Erlaubt von %src zu %dst</translation>
    </message>
    <message>
        <source>Deny %what</source>
        <translation>Blockiert %what</translation>
    </message>
    <message>
        <source>Deny %what from %src</source>
        <translation>Blockiert %what von %src</translation>
    </message>
    <message>
        <source>Deny %what to %dst</source>
        <translation>Blockiert %what zu %dst</translation>
    </message>
    <message>
        <source>Deny %what from %src to %dst</source>
        <translation>Blockiert %what von %src zu %dst</translation>
    </message>
    <message>
        <source>Deny</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>Deny from %src</source>
        <translation>Blockiert von %src</translation>
    </message>
    <message>
        <source>Deny to %dst</source>
        <translation>Blockiert zu %dst</translation>
    </message>
    <message>
        <source>Deny from %src to %dst</source>
        <translation>Blockiert von %src zu %dst</translation>
    </message>
    <message>
        <source>Go on to tier %tier with %what</source>
        <translation>Reicht %what an Stufe %tier weiter</translation>
    </message>
    <message>
        <source>Go on to tier %tier with %what from %src</source>
        <translation>Reicht %what von %src an Stufe %tier weiter</translation>
    </message>
    <message>
        <source>Go on to tier %tier with %what to %dst</source>
        <translation>Reicht %what zu %dst an Stufe %tier weiter</translation>
    </message>
    <message>
        <source>Go on to tier %tier with %what from %src to %dst</source>
        <translation>Reicht %what von %src zu %dst an Stufe %tier weiter</translation>
    </message>
    <message>
        <source>Go on to tier %tier</source>
        <translation>Reicht an Stufe %tier weiter</translation>
    </message>
    <message>
        <source>Go on to tier %tier from %src</source>
        <translation>Reicht von %src an Stufe %tier weiter</translation>
    </message>
    <message>
        <source>Go on to tier %tier to %dst</source>
        <translation>Reicht zu %dst an Stufe %tier weiter</translation>
    </message>
    <message>
        <source>Go on to tier %tier from %src to %dst</source>
        <translation>Reicht von %src zu %dst an Stufe %tier weiter</translation>
    </message>
    <message>
        <source>Go on after the last tier with %what</source>
        <translation>Reicht %what hinter die letzte Stufe weiter</translation>
    </message>
    <message>
        <source>Go on after the last tier with %what from %src</source>
        <translation>Reicht %what von %src hinter die letzte Stufe weiter</translation>
    </message>
    <message>
        <source>Go on after the last tier with %what to %dst</source>
        <translation>Reicht %what zu %dst hinter die letzte Stufe weiter</translation>
    </message>
    <message>
        <source>Go on after the last tier with %what from %src to %dst</source>
        <translation>Reicht %what von %src zu %dst hinter die letzte Stufe weiter</translation>
    </message>
    <message>
        <source>Go on after the last tier</source>
        <translation>Reicht hinter die letzte Stufe weiter</translation>
    </message>
    <message>
        <source>Go on after the last tier from %src</source>
        <translation>Reicht von %src hinter die letzte Stufe weiter</translation>
    </message>
    <message>
        <source>Go on after the last tier to %dst</source>
        <translation>Reicht zu %dst hinter die letzte Stufe weiter</translation>
    </message>
    <message>
        <source>Go on after the last tier from %src to %dst</source>
        <translation>Reicht von %src zu %dst hinter die letzte Stufe weiter</translation>
    </message>
    <message>
        <source>Log %what and go on</source>
        <translation>Vermerkt %what und prüft weiter</translation>
    </message>
    <message>
        <source>Log %what from %src and go on</source>
        <translation>Vermerkt %what von %src und prüft weiter</translation>
    </message>
    <message>
        <source>Log %what to %dst and go on</source>
        <translation>Vermerkt %what zu %dst und prüft weiter</translation>
    </message>
    <message>
        <source>Log %what from %src to %dst and go on</source>
        <translation>Vermerkt %what von %src zu %dst und prüft weiter</translation>
    </message>
    <message>
        <source>Log and go on</source>
        <translation>Vermerkt und prüft weiter</translation>
    </message>
    <message>
        <source>Log from %src and go on</source>
        <translation>Vermerkt von %src und prüft weiter</translation>
    </message>
    <message>
        <source>Log to %dst and go on</source>
        <translation>Vermerkt zu %dst und prüft weiter</translation>
    </message>
    <message>
        <source>Log from %src to %dst and go on</source>
        <translation>Vermerkt von %src zu %dst und prüft weiter</translation>
    </message>
    <message>
        <source>Would allow %what</source>
        <translation>Würde %what erlauben</translation>
    </message>
    <message>
        <source>Would allow %what from %src</source>
        <translation>Würde %what von %src erlauben</translation>
    </message>
    <message>
        <source>Would allow %what to %dst</source>
        <translation>Würde %what zu %dst erlauben</translation>
    </message>
    <message>
        <source>Would allow %what from %src to %dst</source>
        <translation>Würde %what von %src zu %dst erlauben</translation>
    </message>
    <message>
        <source>Would allow</source>
        <translation>Würde erlauben</translation>
    </message>
    <message>
        <source>Would allow from %src</source>
        <translation>Würde von %src erlauben</translation>
    </message>
    <message>
        <source>Would allow to %dst</source>
        <translation>Würde zu %dst erlauben</translation>
    </message>
    <message>
        <source>Would allow from %src to %dst</source>
        <translation>Würde von %src zu %dst erlauben</translation>
    </message>
    <message>
        <source>Would deny %what</source>
        <translation>Würde %what blockieren</translation>
    </message>
    <message>
        <source>Would deny %what from %src</source>
        <translation>Würde %what von %src blockieren</translation>
    </message>
    <message>
        <source>Would deny %what to %dst</source>
        <translation>Würde %what zu %dst blockieren</translation>
    </message>
    <message>
        <source>Would deny %what from %src to %dst</source>
        <translation>Würde %what von %src zu %dst blockieren</translation>
    </message>
    <message>
        <source>Would deny</source>
        <translation>Würde blockieren</translation>
    </message>
    <message>
        <source>Would deny from %src</source>
        <translation>Würde von %src blockieren</translation>
    </message>
    <message>
        <source>Would deny to %dst</source>
        <translation>Würde zu %dst blockieren</translation>
    </message>
    <message>
        <source>Would deny from %src to %dst</source>
        <translation>Würde von %src zu %dst blockieren</translation>
    </message>
</context>
<context>
    <name>TraceWords</name>
    <message>
        <source>Arrives at %1, routed</source>
        <translation>Kommt an %1 an, durchgeleitet</translation>
    </message>
    <message>
        <source>Leaves through %1, routed</source>
        <translation>Verlässt %1, durchgeleitet</translation>
    </message>
    <message>
        <source>Arrives at %1, for this gateway</source>
        <translation>Kommt an %1 an, für dieses Gateway</translation>
    </message>
    <message>
        <source>Leaves through %1, from this gateway</source>
        <translation>Verlässt %1, von diesem Gateway</translation>
    </message>
    <message>
        <source>Arrives at %1, before NAT</source>
        <translation>Kommt an %1 an, vor NAT</translation>
    </message>
    <message>
        <source>Arrives at %1, untracked</source>
        <translation>Kommt an %1 an, ohne Verfolgung</translation>
    </message>
    <message>
        <source>Leaves through %1, untracked</source>
        <translation>Verlässt %1, ohne Verfolgung</translation>
    </message>
    <message>
        <source>Tier %1</source>
        <translation>Stufe %1</translation>
    </message>
    <message>
        <source>Policy %1</source>
        <translation>Richtlinie %1</translation>
    </message>
    <message>
        <source>Staged policy %1</source>
        <translation>Richtlinie auf Probe %1</translation>
    </message>
    <message>
        <source>Profile %1</source>
        <translation>Profil %1</translation>
    </message>
    <message>
        <source>End of tier %1</source>
        <translation>Ende der Stufe %1</translation>
    </message>
    <message>
        <source>Failsafe %1</source>
        <translation>Notzugang %1</translation>
    </message>
    <message>
        <source>Reply of failsafe %1</source>
        <translation>Antwort des Notzugangs %1</translation>
    </message>
    <message>
        <source>Connection tracking</source>
        <translation>Verbindungsverfolgung</translation>
    </message>
    <message>
        <source>Failsafes</source>
        <translation>Notzugänge</translation>
    </message>
    <message>
        <source>Profiles</source>
        <translation>Profile</translation>
    </message>
    <message>
        <source>Neighbour discovery</source>
        <translation>Nachbarerkennung</translation>
    </message>
    <message>
        <source>Reverse path check</source>
        <translation>Rückwegprüfung</translation>
    </message>
    <message>
        <source>End of routed policies</source>
        <translation>Ende der Richtlinien für Durchgeleitetes</translation>
    </message>
    <message>
        <source>Interfaces</source>
        <translation>Schnittstellen</translation>
    </message>
    <message>
        <source>%1 governs it</source>
        <translation>%1 ist zuständig</translation>
    </message>
    <message>
        <source>a new connection</source>
        <translation>eine neue Verbindung</translation>
    </message>
    <message>
        <source>part of a connection that was let in</source>
        <translation>Teil einer zugelassenen Verbindung</translation>
    </message>
    <message>
        <source>belongs to a connection that was let in</source>
        <translation>gehört zu einer zugelassenen Verbindung</translation>
    </message>
    <message>
        <source>has policies for it</source>
        <translation>hat Richtlinien dafür</translation>
    </message>
    <message>
        <source>applies</source>
        <translation>gilt hier</translation>
    </message>
    <message>
        <source>none of its policies applies here</source>
        <translation>keine ihrer Richtlinien gilt hier</translation>
    </message>
    <message>
        <source>all of its policies here are staged</source>
        <translation>alle ihre Richtlinien hier sind auf Probe</translation>
    </message>
    <message>
        <source>is not for %2: %1</source>
        <translation>gilt nicht für %2: %1</translation>
    </message>
    <message>
        <source>is not for routed traffic</source>
        <translation>gilt nicht für durchgeleiteten Verkehr</translation>
    </message>
    <message>
        <source>has no rules for what arrives</source>
        <translation>hat keine Regeln für Ankommendes</translation>
    </message>
    <message>
        <source>has no rules for what leaves</source>
        <translation>hat keine Regeln für Abgehendes</translation>
    </message>
    <message>
        <source>staged, not enforced</source>
        <translation>auf Probe, nicht wirksam</translation>
    </message>
    <message>
        <source>matches: allowed</source>
        <translation>trifft zu: erlaubt</translation>
    </message>
    <message>
        <source>matches: denied</source>
        <translation>trifft zu: blockiert</translation>
    </message>
    <message>
        <source>matches: logged, goes on</source>
        <translation>trifft zu: vermerkt, geht weiter</translation>
    </message>
    <message>
        <source>matches: goes on after the tier</source>
        <translation>trifft zu: geht nach der Stufe weiter</translation>
    </message>
    <message>
        <source>%1 matches: allowed</source>
        <translation>%1 trifft zu: erlaubt</translation>
    </message>
    <message>
        <source>%1 is not %2</source>
        <translation>%1 ist nicht %2</translation>
    </message>
    <message>
        <source>port %1 is not %2</source>
        <translation>Port %1 ist nicht %2</translation>
    </message>
    <message>
        <source>the source %1 is not %2</source>
        <translation>die Quelle %1 ist nicht %2</translation>
    </message>
    <message>
        <source>the destination %1 is not %2</source>
        <translation>das Ziel %1 ist nicht %2</translation>
    </message>
    <message>
        <source>the source %1 is not in %2</source>
        <translation>die Quelle %1 ist nicht in %2</translation>
    </message>
    <message>
        <source>the destination %1 is not in %2</source>
        <translation>das Ziel %1 ist nicht in %2</translation>
    </message>
    <message>
        <source>no rule matched: denied</source>
        <translation>keine Regel traf zu: blockiert</translation>
    </message>
    <message>
        <source>no rule matched: goes on with the next tier</source>
        <translation>keine Regel traf zu: weiter mit der nächsten Stufe</translation>
    </message>
    <message>
        <source>no policy decided</source>
        <translation>keine Richtlinie hat entschieden</translation>
    </message>
    <message>
        <source>no policy applies and no profile matched: denied</source>
        <translation>keine Richtlinie gilt, und kein Profil traf zu: blockiert</translation>
    </message>
    <message>
        <source>no policy here is for routed traffic: allowed</source>
        <translation>keine Richtlinie hier gilt für durchgeleiteten Verkehr: erlaubt</translation>
    </message>
    <message>
        <source>no policy here is for routed traffic</source>
        <translation>keine Richtlinie hier gilt für durchgeleiteten Verkehr</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>Regel %1</translation>
    </message>
</context>
<context>
    <name>TrafficQuestion</name>
    <message>
        <source>One address is IPv4, the other IPv6.</source>
        <translation>Eine Adresse ist IPv4, die andere IPv6.</translation>
    </message>
    <message>
        <source>This traffic stays within the gateway.</source>
        <translation>Dieser Verkehr bleibt im Gateway.</translation>
    </message>
    <message>
        <source>Which interface does %1 arrive by?</source>
        <translation>Über welche Schnittstelle kommt %1 an?</translation>
    </message>
    <message>
        <source>Which interface leads to %1?</source>
        <translation>Welche Schnittstelle führt zu %1?</translation>
    </message>
    <message>
        <source>This traffic does not pass the gateway: both addresses are on %1.</source>
        <translation>Dieser Verkehr geht nicht durch das Gateway: beide Adressen liegen an %1.</translation>
    </message>
</context>
<context>
    <name>TrafficText</name>
    <message>
        <source>“%1” is no service: write 443/tcp, https or icmp.</source>
        <translation>„%1“ ist kein Dienst: 443/tcp, https oder icmp schreiben.</translation>
    </message>
</context>
<context>
    <name>gw::gui::ApplyPage</name>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>Gelöscht</translation>
    </message>
    <message>
        <source>Nothing was applied. %1</source>
        <translation>Nichts wurde angewendet. %1</translation>
    </message>
    <message>
        <source>What changes</source>
        <translation>Was sich ändert</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Take back this change</source>
        <translation>Diese Änderung zurücknehmen</translation>
    </message>
    <message>
        <source>What recorded traffic would get</source>
        <translation>Was aufgezeichneter Verkehr bekäme</translation>
    </message>
    <message>
        <source>Flows that would be decided differently</source>
        <translation>Flüsse, über die anders entschieden würde</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Why, for the history</source>
        <translation>Warum, für den Verlauf</translation>
    </message>
    <message>
        <source>Optional, shown in the history</source>
        <translation>Freiwillig, steht im Verlauf</translation>
    </message>
    <message>
        <source>Back to editing</source>
        <translation>Zurück zum Bearbeiten</translation>
    </message>
    <message>
        <source>Save as YAML…</source>
        <translation>Als YAML speichern…</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) since revision %1</source>
        <translation>
            <numerusform>%n Änderung seit Revision %1</numerusform>
            <numerusform>%n Änderungen seit Revision %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Writes revision %1. Live flows are decided again at their next packet.</source>
        <translation>Schreibt Revision %1. Über laufende Flüsse wird beim nächsten Paket neu entschieden.</translation>
    </message>
    <message numerus="yes">
        <source>Apply %n change(s)</source>
        <translation>
            <numerusform>%n Änderung anwenden</numerusform>
            <numerusform>%n Änderungen anwenden</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Last 7 days · %1 of %2 flows</source>
        <translation>Letzte 7 Tage · %1 von %2 Flüssen</translation>
    </message>
    <message>
        <source>Last 7 days · %1 flows decided again</source>
        <translation>Letzte 7 Tage · über %1 Flüsse neu entschieden</translation>
    </message>
    <message>
        <source>Deciding again…</source>
        <translation>Wird neu entschieden…</translation>
    </message>
    <message>
        <source>There is no recorded flow to try this on.</source>
        <translation>Kein aufgezeichneter Fluss, an dem sich das prüfen ließe.</translation>
    </message>
    <message>
        <source>No recorded flow would be decided differently.</source>
        <translation>Über keinen aufgezeichneten Fluss würde anders entschieden.</translation>
    </message>
    <message>
        <source>%1 more flows differ and are not listed.</source>
        <translation>%1 weitere Flüsse sind betroffen und nicht aufgeführt.</translation>
    </message>
    <message>
        <source>Save the changes as YAML</source>
        <translation>Die Änderungen als YAML speichern</translation>
    </message>
    <message>
        <source>YAML files (*.yaml *.yml)</source>
        <translation>YAML-Dateien (*.yaml *.yml)</translation>
    </message>
    <message>
        <source>Saved to %1.</source>
        <translation>In %1 gespeichert.</translation>
    </message>
    <message>
        <source>%1 was not written: %2</source>
        <translation>%1 wurde nicht geschrieben: %2</translation>
    </message>
    <message>
        <source>Policies</source>
        <translation>Richtlinien</translation>
    </message>
    <message>
        <source>Review and apply</source>
        <translation>Prüfen und anwenden</translation>
    </message>
</context>
<context>
    <name>gw::gui::Attention</name>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was tun</translation>
    </message>
    <message>
        <source>Narrow</source>
        <translation>Einschränken</translation>
    </message>
    <message>
        <source>Label it…</source>
        <translation>Label vergeben…</translation>
    </message>
    <message>
        <source>Create it</source>
        <translation>Anlegen</translation>
    </message>
    <message>
        <source>Add a policy…</source>
        <translation>Richtlinie hinzufügen…</translation>
    </message>
    <message>
        <source>The newest revision is not in force.</source>
        <translation>Die neueste Revision ist nicht in Kraft.</translation>
    </message>
    <message>
        <source>New flows pass without a decision.</source>
        <translation>Neue Datenflüsse kommen ohne Entscheidung durch.</translation>
    </message>
    <message>
        <source>No enforcer is running, and the fail mode is open.</source>
        <translation>gatewardend läuft nicht, und das Ausfallverhalten ist offen.</translation>
    </message>
    <message>
        <source>SSH failsafe is open to every address.</source>
        <translation>Der SSH-Notzugang ist für jede Adresse offen.</translation>
    </message>
    <message>
        <source>No policy can close it.</source>
        <translation>Keine Richtlinie kann ihn schließen.</translation>
    </message>
    <message>
        <source>%1 is not checked.</source>
        <translation>%1 wird nicht geprüft.</translation>
    </message>
    <message>
        <source>Traffic through it passes without a decision.</source>
        <translation>Verkehr darüber geht ohne Entscheidung durch.</translation>
    </message>
    <message>
        <source>%1 is governed by %2.</source>
        <translation>Für %1 ist %2 zuständig.</translation>
    </message>
    <message>
        <source>The endpoint for all interfaces does not count there.</source>
        <translation>Der Endpunkt für alle Schnittstellen zählt dort nicht.</translation>
    </message>
    <message>
        <source>Profile %1 does not exist.</source>
        <translation>Das Profil %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>Everything that reaches it is denied.</source>
        <translation>Alles, was dort ankommt, wird blockiert.</translation>
    </message>
    <message>
        <source>%1 has no egress policy or profile.</source>
        <translation>%1 hat keine Richtlinie und kein Profil für Abgehendes.</translation>
    </message>
    <message>
        <source>The gateway itself will not be able to open connections through it, except failsafes.</source>
        <translation>Das Gateway selbst kann darüber keine Verbindungen öffnen, außer Notzugängen.</translation>
    </message>
    <message>
        <source>%1 has no ingress policy or profile.</source>
        <translation>%1 hat keine Richtlinie und kein Profil für Ankommendes.</translation>
    </message>
    <message>
        <source>Nothing may reach this gateway through %1, except failsafes.</source>
        <translation>Nichts erreicht dieses Gateway über %1, außer Notzugängen.</translation>
    </message>
    <message>
        <source>%1 applies to no endpoint.</source>
        <translation>%1 gilt für keinen Endpunkt.</translation>
    </message>
    <message>
        <source>Before-NAT and untracked policies do not apply to workload endpoints.</source>
        <translation>Richtlinien vor NAT und ohne Verfolgung gelten nicht für Workload-Endpunkte.</translation>
    </message>
    <message numerus="yes">
        <source>%1 selects %n of them.</source>
        <translation>
            <numerusform>%1 wählt %n davon.</numerusform>
            <numerusform>%1 wählt %n davon.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing has the label %1 = &apos;%2&apos;.</source>
        <translation>Nichts hat das Label %1 = &apos;%2&apos;.</translation>
    </message>
    <message>
        <source>There is %1 = &apos;%2&apos;.</source>
        <translation>Es gibt %1 = &apos;%2&apos;.</translation>
    </message>
    <message>
        <source>Compare it with the labels of the endpoints.</source>
        <translation>Mit den Labels der Endpunkte vergleichen.</translation>
    </message>
    <message>
        <source>Rule %1 of %2 is never reached.</source>
        <translation>Regel %1 von %2 wird nie erreicht.</translation>
    </message>
    <message>
        <source>Rule %1 decides everything first.</source>
        <translation>Regel %1 entscheidet vorher alles.</translation>
    </message>
    <message>
        <source>No endpoint names a port “%1”.</source>
        <translation>Kein Endpunkt nennt einen Port „%1“.</translation>
    </message>
    <message>
        <source>Rule %1 of %2 matches its other ports only.</source>
        <translation>Regel %1 von %2 trifft nur auf ihre anderen Ports zu.</translation>
    </message>
    <message>
        <source>Rule %1 of %2 matches nothing.</source>
        <translation>Regel %1 von %2 trifft auf nichts zu.</translation>
    </message>
    <message>
        <source>Decisions are not recorded.</source>
        <translation>Entscheidungen werden nicht aufgezeichnet.</translation>
    </message>
    <message>
        <source>The audit log&apos;s hash chain is not as the settings say.</source>
        <translation>Die Hash-Kette des Protokolls ist nicht, wie die Einstellungen sie verlangen.</translation>
    </message>
</context>
<context>
    <name>gw::gui::AttentionCard</name>
    <message>
        <source>Needs attention</source>
        <translation>Braucht Aufmerksamkeit</translation>
    </message>
    <message>
        <source>Nothing needs you.</source>
        <translation>Nichts zu tun.</translation>
    </message>
    <message numerus="yes">
        <source>%n set aside</source>
        <translation>
            <numerusform>%n beiseitegelegt</numerusform>
            <numerusform>%n beiseitegelegt</numerusform>
        </translation>
    </message>
    <message>
        <source>Show them again</source>
        <translation>Wieder zeigen</translation>
    </message>
    <message>
        <source>Set aside: %1</source>
        <translation>Beiseitelegen: %1</translation>
    </message>
    <message>
        <source>Set aside until it changes</source>
        <translation>Beiseitelegen, bis es sich ändert</translation>
    </message>
</context>
<context>
    <name>gw::gui::ChipRow</name>
    <message>
        <source>Return filters by %1 = %2</source>
        <translation>Die Eingabetaste filtert nach %1 = %2</translation>
    </message>
</context>
<context>
    <name>gw::gui::CompletionPopup</name>
    <message>
        <source>Suggestions</source>
        <translation>Vorschläge</translation>
    </message>
</context>
<context>
    <name>gw::gui::ConflictView</name>
    <message>
        <source>%1 applied revision %2 while you were editing.</source>
        <translation>%1 hat Revision %2 angewendet, während hier bearbeitet wurde.</translation>
    </message>
    <message>
        <source>“%1”. </source>
        <translation>„%1“. </translation>
    </message>
    <message>
        <source>Your changes are kept: %1 fit on top of it, %2 need your choice.</source>
        <translation>Die Änderungen hier bleiben: %1 passen darauf, %2 brauchen eine Wahl.</translation>
    </message>
    <message>
        <source>Continue with %1</source>
        <translation>Mit %1 weitermachen</translation>
    </message>
    <message>
        <source>Theirs: %1</source>
        <translation>Dort: %1</translation>
    </message>
    <message>
        <source>Yours: %1</source>
        <translation>Hier: %1</translation>
    </message>
</context>
<context>
    <name>gw::gui::DecisionChart</name>
    <message>
        <source>Allowed</source>
        <translation>Erlaubt</translation>
    </message>
    <message>
        <source>Denied</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation>Entscheidungen</translation>
    </message>
    <message>
        <source>Decisions, %1: %2 allowed, %3 denied</source>
        <translation>Entscheidungen, %1: %2 erlaubt, %3 blockiert</translation>
    </message>
    <message>
        <source>, most denied %1</source>
        <translation>, am meisten blockiert %1</translation>
    </message>
    <message>
        <source>%1 to %2, %3 allowed, %4 denied</source>
        <translation>%1 bis %2, %3 erlaubt, %4 blockiert</translation>
    </message>
</context>
<context>
    <name>gw::gui::DecisionStepModel</name>
    <message numerus="yes">
        <source>  +%n rule(s)</source>
        <translation>
            <numerusform>  +%n Regel</numerusform>
            <numerusform>  +%n Regeln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 und %n weiterer</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>No rules</source>
        <translation>Keine Regeln</translation>
    </message>
    <message>
        <source>%1 to this gateway may come in</source>
        <translation>%1 zu diesem Gateway darf herein</translation>
    </message>
    <message>
        <source>%1 from this gateway may go out</source>
        <translation>%1 von diesem Gateway darf hinaus</translation>
    </message>
    <message>
        <source>Failsafes</source>
        <translation>Notzugänge</translation>
    </message>
    <message>
        <source>End of tier %1</source>
        <translation>Ende der Stufe %1</translation>
    </message>
    <message>
        <source>Everything else may pass</source>
        <translation>Alles andere darf durch</translation>
    </message>
    <message>
        <source>No policy decides it in this direction</source>
        <translation>Keine Richtlinie entscheidet es in dieser Richtung</translation>
    </message>
    <message>
        <source>No policy for routed traffic applies here</source>
        <translation>Keine Richtlinie für durchgeleiteten Verkehr gilt hier</translation>
    </message>
    <message>
        <source>Profile %1</source>
        <translation>Profil %1</translation>
    </message>
    <message>
        <source>It does not exist: everything that reaches it is denied</source>
        <translation>Es fehlt: alles, was dort ankommt, wird blockiert</translation>
    </message>
    <message>
        <source>No profile lets the rest through</source>
        <translation>Kein Profil lässt den Rest durch</translation>
    </message>
    <message>
        <source>End of the profiles</source>
        <translation>Ende der Profile</translation>
    </message>
    <message>
        <source>Profile %1 lets the rest in</source>
        <translation>Profil %1 lässt den Rest herein</translation>
    </message>
    <message>
        <source>Profile %1 lets the rest out</source>
        <translation>Profil %1 lässt den Rest hinaus</translation>
    </message>
    <message>
        <source>No policy decides it</source>
        <translation>Keine Richtlinie entscheidet es</translation>
    </message>
    <message>
        <source>Nothing else may pass</source>
        <translation>Nichts anderes darf durch</translation>
    </message>
    <message>
        <source>Nothing else may come in</source>
        <translation>Nichts anderes darf herein</translation>
    </message>
    <message>
        <source>Nothing else may go out</source>
        <translation>Nichts anderes darf hinaus</translation>
    </message>
</context>
<context>
    <name>gw::gui::DevicePane</name>
    <message>
        <source>Name of the device</source>
        <translation>Name des Geräts</translation>
    </message>
    <message>
        <source>printer-2nd-floor</source>
        <translation>drucker-2-stock</translation>
    </message>
    <message>
        <source>Labels of the device</source>
        <translation>Labels des Geräts</translation>
    </message>
    <message>
        <source>Rules that name one of these labels then count for this address.</source>
        <translation>Regeln, die eines dieser Labels nennen, gelten dann für diese Adresse.</translation>
    </message>
    <message>
        <source>Name it</source>
        <translation>Benennen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>on %1</source>
        <translation>auf %1</translation>
    </message>
    <message>
        <source>Name %1</source>
        <translation>%1 benennen</translation>
    </message>
    <message>
        <source>Change labels of %1</source>
        <translation>Labels von %1 ändern</translation>
    </message>
</context>
<context>
    <name>gw::gui::DiffView</name>
    <message>
        <source>Form of the changes</source>
        <translation>Form der Änderungen</translation>
    </message>
    <message>
        <source>In words</source>
        <translation>In Worten</translation>
    </message>
    <message>
        <source>YAML</source>
        <translation>YAML</translation>
    </message>
    <message>
        <source>What changes</source>
        <translation>Was sich ändert</translation>
    </message>
    <message>
        <source>Changed lines</source>
        <translation>Geänderte Zeilen</translation>
    </message>
    <message>
        <source>%1 (was %2)</source>
        <translation>%1 (war %2)</translation>
    </message>
    <message>
        <source>added: %1</source>
        <translation>hinzugefügt: %1</translation>
    </message>
    <message>
        <source>removed: %1</source>
        <translation>entfernt: %1</translation>
    </message>
</context>
<context>
    <name>gw::gui::EndpointPane</name>
    <message>
        <source>Endpoint</source>
        <translation>Endpunkt</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>Warnungen</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Profiles</source>
        <translation>Profile</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Named ports</source>
        <translation>Benannte Ports</translation>
    </message>
    <message>
        <source>web tcp 443</source>
        <translation>web tcp 443</translation>
    </message>
    <message>
        <source>Addresses</source>
        <translation>Adressen</translation>
    </message>
    <message>
        <source>Governed by</source>
        <translation>Zuständig</translation>
    </message>
    <message>
        <source>What decides here, in order</source>
        <translation>Was hier entscheidet, der Reihe nach</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>Arriving</source>
        <translation>Ankommend</translation>
    </message>
    <message>
        <source>Leaving</source>
        <translation>Abgehend</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>Verkehr</translation>
    </message>
    <message>
        <source>Routed</source>
        <translation>Durchgeleitet</translation>
    </message>
    <message>
        <source>This gateway</source>
        <translation>Dieses Gateway</translation>
    </message>
    <message>
        <source>Labels of %1</source>
        <translation>Labels von %1</translation>
    </message>
    <message>
        <source>Add a policy…</source>
        <translation>Richtlinie hinzufügen…</translation>
    </message>
    <message>
        <source>It is meant so</source>
        <translation>Das ist so gemeint</translation>
    </message>
    <message>
        <source>Create it</source>
        <translation>Anlegen</translation>
    </message>
    <message>
        <source>Create profile %1</source>
        <translation>Profil %1 anlegen</translation>
    </message>
    <message>
        <source>Label it</source>
        <translation>Labeln</translation>
    </message>
    <message>
        <source>given with its first label</source>
        <translation>mit dem ersten Label vergeben</translation>
    </message>
    <message>
        <source>Change labels of %1</source>
        <translation>Labels von %1 ändern</translation>
    </message>
    <message>
        <source>Label %1</source>
        <translation>%1 labeln</translation>
    </message>
    <message>
        <source>Rename %1 to %2</source>
        <translation>%1 in %2 umbenennen</translation>
    </message>
    <message>
        <source>Change profiles of %1</source>
        <translation>Profile von %1 ändern</translation>
    </message>
    <message>
        <source>Write name, protocol and port: web tcp 443</source>
        <translation>Name, Protokoll und Port schreiben: web tcp 443</translation>
    </message>
    <message>
        <source>Change ports of %1</source>
        <translation>Ports von %1 ändern</translation>
    </message>
    <message>
        <source>Say that %1 is meant so</source>
        <translation>Festhalten, dass %1 so gemeint ist</translation>
    </message>
    <message>
        <source>Add policy %1</source>
        <translation>Richtlinie %1 hinzufügen</translation>
    </message>
</context>
<context>
    <name>gw::gui::EndpointPicker</name>
    <message>
        <source>Name, label, address or MAC</source>
        <translation>Name, Label, Adresse oder MAC</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>Vorschläge</translation>
    </message>
    <message>
        <source>Use %1 (not known)</source>
        <translation>%1 verwenden (nicht bekannt)</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
</context>
<context>
    <name>gw::gui::EndpointTableModel</name>
    <message>
        <source>interface %1</source>
        <translation>Schnittstelle %1</translation>
    </message>
    <message>
        <source>labels %1</source>
        <translation>Labels %1</translation>
    </message>
    <message numerus="yes">
        <source>%n policies</source>
        <translation>
            <numerusform>%n Richtlinie</numerusform>
            <numerusform>%n Richtlinien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n Warnung</numerusform>
            <numerusform>%n Warnungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Label it…</source>
        <translation>Label vergeben…</translation>
    </message>
    <message>
        <source>Unnamed</source>
        <translation>Ohne Namen</translation>
    </message>
    <message>
        <source>on %1</source>
        <translation>an %1</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1 an %2</translation>
    </message>
    <message>
        <source>Name and label…</source>
        <translation>Name und Labels vergeben…</translation>
    </message>
    <message>
        <source>%1 seen, %2 named</source>
        <translation>%1 gesehen, %2 benannt</translation>
    </message>
    <message>
        <source>Devices on these networks</source>
        <translation>Geräte in diesen Netzen</translation>
    </message>
    <message>
        <source>Endpoint</source>
        <translation>Endpunkt</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>Policies</source>
        <translation>Richtlinien</translation>
    </message>
    <message>
        <source>Decisions, 24 h</source>
        <translation>Entscheidungen, 24 h</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
</context>
<context>
    <name>gw::gui::EndpointText</name>
    <message>
        <source>all interfaces</source>
        <translation>alle Schnittstellen</translation>
    </message>
    <message>
        <source>by its address</source>
        <translation>nach seiner Adresse</translation>
    </message>
    <message>
        <source>all interfaces (%1)</source>
        <translation>alle Schnittstellen (%1)</translation>
    </message>
    <message>
        <source>up</source>
        <translation>an</translation>
    </message>
    <message>
        <source>down</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>not there now</source>
        <translation>gerade nicht da</translation>
    </message>
    <message>
        <source>on %1</source>
        <translation>auf %1</translation>
    </message>
    <message>
        <source>not known from here</source>
        <translation>von hier nicht bekannt</translation>
    </message>
    <message>
        <source>No labels: passes without a decision</source>
        <translation>Keine Labels: geht ohne Entscheidung durch</translation>
    </message>
    <message>
        <source>Passes without a decision, unless named</source>
        <translation>Geht ohne Entscheidung durch, wenn nicht benannt</translation>
    </message>
    <message>
        <source>Left out by the settings: passes without a decision</source>
        <translation>In den Einstellungen ausgenommen: geht ohne Entscheidung durch</translation>
    </message>
    <message>
        <source>No workload endpoint: everything is denied</source>
        <translation>Kein Workload-Endpunkt: alles wird blockiert</translation>
    </message>
    <message>
        <source>not checked</source>
        <translation>nicht geprüft</translation>
    </message>
    <message>
        <source>exempt</source>
        <translation>ausgenommen</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>ausgelassen</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>name %1, so * does not count</source>
        <translation>Name %1, daher zählt * nicht</translation>
    </message>
    <message>
        <source>name %1</source>
        <translation>Name %1</translation>
    </message>
    <message>
        <source>its address, so * does not count</source>
        <translation>seine Adresse, daher zählt * nicht</translation>
    </message>
    <message>
        <source>its address</source>
        <translation>seine Adresse</translation>
    </message>
    <message>
        <source>*: every interface that no other endpoint governs</source>
        <translation>*: jede Schnittstelle, für die kein anderer Endpunkt zuständig ist</translation>
    </message>
    <message>
        <source>*, because no endpoint names %1</source>
        <translation>*, weil kein Endpunkt %1 nennt</translation>
    </message>
    <message>
        <source>workload behind %1</source>
        <translation>Workload hinter %1</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>nothing: * does not count for lo</source>
        <translation>nichts: * zählt nicht für lo</translation>
    </message>
    <message>
        <source>nothing: the settings leave it out</source>
        <translation>nichts: die Einstellungen nehmen sie aus</translation>
    </message>
    <message>
        <source>nothing names this workload interface</source>
        <translation>nichts nennt diese Workload-Schnittstelle</translation>
    </message>
    <message>
        <source>This endpoint has no egress policy or profile: the gateway itself will not be able to open connections through it, except failsafes.</source>
        <translation>Dieser Endpunkt hat keine Richtlinie und kein Profil für Abgehendes: Das Gateway selbst kann darüber keine Verbindungen öffnen, außer Notzugängen.</translation>
    </message>
    <message>
        <source>Nothing may reach this gateway through %1, except failsafes.</source>
        <translation>Nichts erreicht dieses Gateway über %1, außer Notzugängen.</translation>
    </message>
    <message>
        <source>Profile %1 does not exist: everything that reaches it is denied.</source>
        <translation>Das Profil %1 gibt es nicht: alles, was dort ankommt, wird blockiert.</translation>
    </message>
    <message>
        <source>%1 is not checked. Traffic through it passes without a decision.</source>
        <translation>%1 wird nicht geprüft. Verkehr darüber geht ohne Entscheidung durch.</translation>
    </message>
</context>
<context>
    <name>gw::gui::EndpointsPage</name>
    <message>
        <source>Find name, label, address, MAC</source>
        <translation>Name, Label, Adresse, MAC suchen</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>New endpoint</source>
        <translation>Neuer Endpunkt</translation>
    </message>
    <message>
        <source>No endpoints yet</source>
        <translation>Noch keine Endpunkte</translation>
    </message>
    <message>
        <source>Traffic passes without a decision until an interface has labels.</source>
        <translation>Verkehr geht ohne Entscheidung durch, bis eine Schnittstelle Labels hat.</translation>
    </message>
    <message>
        <source>Set up interfaces</source>
        <translation>Schnittstellen einrichten</translation>
    </message>
    <message>
        <source>Endpoints and devices</source>
        <translation>Endpunkte und Geräte</translation>
    </message>
    <message>
        <source>Nothing is selected</source>
        <translation>Nichts ist ausgewählt</translation>
    </message>
    <message numerus="yes">
        <source>%n checked</source>
        <translation>
            <numerusform>%n geprüft</numerusform>
            <numerusform>%n geprüft</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, %n not checked</source>
        <translation>
            <numerusform>%1, %n nicht geprüft</numerusform>
            <numerusform>%1, %n nicht geprüft</numerusform>
        </translation>
    </message>
    <message>
        <source>Name and label…</source>
        <translation>Name und Labels vergeben…</translation>
    </message>
    <message>
        <source>Edit labels</source>
        <translation>Labels bearbeiten</translation>
    </message>
    <message>
        <source>New policy for this</source>
        <translation>Neue Richtlinie dafür</translation>
    </message>
    <message>
        <source>Show in flow log</source>
        <translation>Im Protokoll zeigen</translation>
    </message>
    <message>
        <source>Simulate from here</source>
        <translation>Von hier aus simulieren</translation>
    </message>
    <message>
        <source>Simulate to here</source>
        <translation>Hierhin simulieren</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Every interface has an endpoint.</source>
        <translation>Jede Schnittstelle hat einen Endpunkt.</translation>
    </message>
    <message>
        <source>Add endpoint %1</source>
        <translation>Endpunkt %1 hinzufügen</translation>
    </message>
    <message>
        <source>Add policy %1</source>
        <translation>Richtlinie %1 hinzufügen</translation>
    </message>
    <message>
        <source>Traffic through interfaces that no endpoint names will pass without a decision.</source>
        <translation>Verkehr über Schnittstellen, die kein Endpunkt nennt, geht dann ohne Entscheidung durch.</translation>
    </message>
    <message>
        <source>All traffic of %1 will be denied.</source>
        <translation>Jeder Verkehr über %1 wird dann blockiert.</translation>
    </message>
    <message>
        <source>%1 will be governed by the endpoint for all interfaces.</source>
        <translation>Für %1 gilt dann der Endpunkt für alle Schnittstellen.</translation>
    </message>
    <message>
        <source>Traffic through %1 will pass without a decision.</source>
        <translation>Verkehr über %1 geht dann ohne Entscheidung durch.</translation>
    </message>
    <message>
        <source>%1 deleted. %2</source>
        <translation>%1 gelöscht. %2</translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>%1 löschen</translation>
    </message>
    <message>
        <source>Endpoints</source>
        <translation>Endpunkte</translation>
    </message>
</context>
<context>
    <name>gw::gui::EndsText</name>
    <message>
        <source>denied</source>
        <translation>blockiert</translation>
    </message>
    <message>
        <source>passes</source>
        <translation>durchgelassen</translation>
    </message>
    <message numerus="yes">
        <source>%n endpoints</source>
        <translation>
            <numerusform>%n Endpunkt</numerusform>
            <numerusform>%n Endpunkten</numerusform>
        </translation>
    </message>
    <message>
        <source>denied on %1, passes on %2</source>
        <translation>an %1 blockiert, an %2 durchgelassen</translation>
    </message>
    <message>
        <source>Everything passes without a decision: there is no endpoint yet</source>
        <translation>Alles geht ohne Entscheidung durch: Es gibt noch keinen Endpunkt</translation>
    </message>
    <message>
        <source>Everything else: %1</source>
        <translation>Alles andere: %1</translation>
    </message>
    <message>
        <source>Everything else to this gateway: %1  ·  routed through it: %2</source>
        <translation>Alles andere zu diesem Gateway: %1  ·  durchgeleitet: %2</translation>
    </message>
</context>
<context>
    <name>gw::gui::EntityEditor</name>
    <message>
        <source>Any address</source>
        <translation>Jede Adresse</translation>
    </message>
    <message>
        <source>Any known endpoint</source>
        <translation>Jeder bekannte Endpunkt</translation>
    </message>
    <message>
        <source>Known, by label</source>
        <translation>Bekannt, nach Label</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Netze</translation>
    </message>
    <message>
        <source>No selector and no networks</source>
        <translation>Kein Selektor und keine Netze</translation>
    </message>
    <message>
        <source>%1, label</source>
        <translation>%1, Label</translation>
    </message>
    <message>
        <source>%1, networks</source>
        <translation>%1, Netze</translation>
    </message>
    <message>
        <source>10.0.0.0/24</source>
        <translation>10.0.0.0/24</translation>
    </message>
    <message>
        <source>%1, except label</source>
        <translation>%1, außer Label</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>%1, except networks</source>
        <translation>%1, außer Netzen</translation>
    </message>
    <message>
        <source>except known, by label</source>
        <translation>außer bekannten, nach Label</translation>
    </message>
    <message>
        <source>except networks</source>
        <translation>außer Netzen</translation>
    </message>
    <message>
        <source>Write a label, or choose Any address.</source>
        <translation>Ein Label eingeben oder „Jede Adresse“ wählen.</translation>
    </message>
    <message>
        <source>Add a network, or choose Any address.</source>
        <translation>Ein Netz hinzufügen oder „Jede Adresse“ wählen.</translation>
    </message>
    <message>
        <source>known or not</source>
        <translation>bekannt oder nicht</translation>
    </message>
    <message>
        <source>has a name here; unknown addresses do not match</source>
        <translation>hat hier einen Namen; unbekannte Adressen passen nicht</translation>
    </message>
</context>
<context>
    <name>gw::gui::ExportedLog</name>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>%1 has no decisions: there is nothing to show. Choose another file.</source>
        <translation>%1 enthält keine Entscheidungen, es gibt nichts zu zeigen. Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>%1 is not there. Choose another file.</source>
        <translation>%1 ist nicht da. Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>%1 is not an audit log. Choose a file that “gatewarden audit export” wrote.</source>
        <translation>%1 ist kein Protokoll. Wählen Sie eine Datei, die „gatewarden audit export“ geschrieben hat.</translation>
    </message>
    <message>
        <source>%1 is damaged. Take another copy of it, or export that time again.</source>
        <translation>%1 ist beschädigt. Nehmen Sie eine andere Kopie, oder exportieren Sie diese Zeit noch einmal.</translation>
    </message>
    <message>
        <source>%1 was written by a newer version of Gatewarden. Upgrade this one.</source>
        <translation>%1 wurde von einer neueren Version von Gatewarden geschrieben. Aktualisieren Sie diese hier.</translation>
    </message>
    <message>
        <source>%1 was written by an older version of Gatewarden. Export that time again, or open it with that version.</source>
        <translation>%1 wurde von einer älteren Version von Gatewarden geschrieben. Exportieren Sie diese Zeit noch einmal, oder öffnen Sie die Datei mit jener Version.</translation>
    </message>
    <message>
        <source>You may not read %1. Ask for a copy of it, or for the right to read it.</source>
        <translation>Sie dürfen %1 nicht lesen. Bitten Sie um eine Kopie oder um das Recht zu lesen.</translation>
    </message>
    <message>
        <source>%1 cannot be opened. %2</source>
        <translation>%1 kann nicht geöffnet werden. %2</translation>
    </message>
</context>
<context>
    <name>gw::gui::FailsafeTable</name>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Zu</translation>
    </message>
    <message>
        <source>None: policies alone decide.</source>
        <translation>Keine: allein die Richtlinien entscheiden.</translation>
    </message>
    <message>
        <source>Add a failsafe</source>
        <translation>Notzugang hinzufügen</translation>
    </message>
    <message>
        <source>every address</source>
        <translation>jede Adresse</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>gw::gui::FilterBar</name>
    <message>
        <source>is not</source>
        <translation>is not</translation>
    </message>
    <message>
        <source>not %1</source>
        <translation>not %1</translation>
    </message>
    <message>
        <source>Filter by field, address or name</source>
        <translation>Nach Feld, Adresse oder Name filtern</translation>
    </message>
</context>
<context>
    <name>gw::gui::FirstRunPage</name>
    <message>
        <source>Observe only</source>
        <translation>Nur beobachten</translation>
    </message>
    <message>
        <source>Nothing is blocked. You see what happens.</source>
        <translation>Nichts wird blockiert. Man sieht, was geschieht.</translation>
    </message>
    <message>
        <source>The policies of Home, staged: the log says what they would deny.</source>
        <translation>Die Richtlinien von „Zuhause“ auf Probe: Das Protokoll sagt, was sie blockieren würden.</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Zuhause</translation>
    </message>
    <message>
        <source>Inside may go anywhere.</source>
        <translation>Von innen darf alles überallhin.</translation>
    </message>
    <message>
        <source>Guests and devices reach the internet only. From the internet nothing comes in.</source>
        <translation>Gäste und Geräte erreichen nur das Internet. Aus dem Internet kommt nichts herein.</translation>
    </message>
    <message>
        <source>Office</source>
        <translation>Büro</translation>
    </message>
    <message>
        <source>The networks inside are apart.</source>
        <translation>Die inneren Netze sind getrennt.</translation>
    </message>
    <message>
        <source>Guests may browse. LAN reaches servers; from the internet nothing comes in.</source>
        <translation>Gäste dürfen surfen. Das LAN erreicht Server; aus dem Internet kommt nichts herein.</translation>
    </message>
    <message>
        <source>Default deny</source>
        <translation>Alles blockiert</translation>
    </message>
    <message>
        <source>Only what you allow passes.</source>
        <translation>Nur Erlaubtes geht durch.</translation>
    </message>
    <message>
        <source>Guests, LAN and internet reach nothing through this gateway until a policy says so.</source>
        <translation>Gäste, LAN und Internet erreichen durch dieses Gateway nichts, bis eine Richtlinie es erlaubt.</translation>
    </message>
    <message numerus="yes">
        <source>  +%n rule(s)</source>
        <translation>
            <numerusform>  +%n Regel</numerusform>
            <numerusform>  +%n Regeln</numerusform>
        </translation>
    </message>
    <message>
        <source>No rules: would deny what nothing else allows</source>
        <translation>Keine Regeln: würde blockieren, was sonst nichts erlaubt</translation>
    </message>
    <message>
        <source>No rules: denies what nothing else allows</source>
        <translation>Keine Regeln: blockiert, was sonst nichts erlaubt</translation>
    </message>
    <message>
        <source>Endpoint %1, labelled %2</source>
        <translation>Endpunkt %1 mit %2</translation>
    </message>
    <message>
        <source>Networks %1, labelled %2</source>
        <translation>Netze %1 mit %2</translation>
    </message>
    <message>
        <source>You stay connected: SSH 22/tcp from %1 is a failsafe.</source>
        <translation>Die Verbindung bleibt bestehen: SSH 22/tcp von %1 ist ein Notzugang.</translation>
    </message>
    <message>
        <source>You stay connected: SSH 22/tcp is a failsafe.</source>
        <translation>Die Verbindung bleibt bestehen: SSH 22/tcp ist ein Notzugang.</translation>
    </message>
    <message>
        <source>You stay connected: SSH 22/tcp from %1</source>
        <translation>Die Verbindung bleibt bestehen: SSH 22/tcp von %1</translation>
    </message>
    <message>
        <source>No network interface was found.</source>
        <translation>Keine Netzwerkschnittstelle wurde gefunden.</translation>
    </message>
    <message>
        <source>Gatewarden can still open a policy file.</source>
        <translation>Gatewarden kann trotzdem eine Richtliniendatei öffnen.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Interfaces</source>
        <translation>Schnittstellen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Nothing was written. %1</source>
        <translation>Nichts wurde geschrieben. %1</translation>
    </message>
    <message>
        <source>Nothing is written before the last step</source>
        <translation>Vor dem letzten Schritt wird nichts geschrieben</translation>
    </message>
    <message>
        <source>has the endpoint %1</source>
        <translation>hat den Endpunkt %1</translation>
    </message>
    <message>
        <source>These interfaces were found</source>
        <translation>Diese Schnittstellen wurden gefunden</translation>
    </message>
    <message>
        <source>What is each interface for?</source>
        <translation>Wofür ist jede Schnittstelle da?</translation>
    </message>
    <message>
        <source>How strict shall it begin?</source>
        <translation>Wie streng soll es beginnen?</translation>
    </message>
    <message>
        <source>This will be written</source>
        <translation>Das wird geschrieben</translation>
    </message>
    <message>
        <source>%1 of %2  %3</source>
        <translation>%1 von %2  %3</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>Schritt %1 von %2</translation>
    </message>
    <message>
        <source>Write %1 and %2</source>
        <translation>%1 und %2 schreiben</translation>
    </message>
    <message numerus="yes">
        <source>%n endpoint(s)</source>
        <translation>
            <numerusform>%n Endpunkt</numerusform>
            <numerusform>%n Endpunkte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n policies</source>
        <translation>
            <numerusform>%n Richtlinie</numerusform>
            <numerusform>%n Richtlinien</numerusform>
        </translation>
    </message>
    <message>
        <source>Set up interfaces (%1)</source>
        <translation>Schnittstellen einrichten (%1)</translation>
    </message>
    <message>
        <source>Set up %1</source>
        <translation>%1 einrichten</translation>
    </message>
</context>
<context>
    <name>gw::gui::FlowLogModel</name>
    <message>
        <source>gateway</source>
        <translation>Gateway</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Destination</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Weg</translation>
    </message>
    <message>
        <source>Decided by</source>
        <translation>Entschieden durch</translation>
    </message>
    <message>
        <source>%1, %2, %3 to %4, %5, %6</source>
        <translation>%1, %2, %3 zu %4, %5, %6</translation>
    </message>
    <message>
        <source>Would be denied</source>
        <translation>Würde blockiert</translation>
    </message>
    <message>
        <source>Would be allowed</source>
        <translation>Würde erlaubt</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Known when the flow has ended</source>
        <translation>Bekannt, wenn die Verbindung zu Ende ist</translation>
    </message>
</context>
<context>
    <name>gw::gui::FlowLogPage</name>
    <message>
        <source>Decision</source>
        <translation>Entscheidung</translation>
    </message>
    <message>
        <source>Filter by this</source>
        <translation>Danach filtern</translation>
    </message>
    <message>
        <source>Exclude</source>
        <translation>Ausschließen</translation>
    </message>
    <message>
        <source>Only this source</source>
        <translation>Nur diese Quelle</translation>
    </message>
    <message>
        <source>Only this destination</source>
        <translation>Nur dieses Ziel</translation>
    </message>
    <message>
        <source>Only this service</source>
        <translation>Nur dieser Dienst</translation>
    </message>
    <message>
        <source>Only this rule</source>
        <translation>Nur diese Regel</translation>
    </message>
    <message>
        <source>Explain</source>
        <translation>Erklären</translation>
    </message>
    <message>
        <source>Allow like this…</source>
        <translation>Ähnliches erlauben…</translation>
    </message>
    <message>
        <source>Deny like this…</source>
        <translation>Ähnliches blockieren…</translation>
    </message>
    <message>
        <source>Simulate</source>
        <translation>Simulieren</translation>
    </message>
    <message>
        <source>Open policy</source>
        <translation>Richtlinie öffnen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy as query</source>
        <translation>Als Abfrage kopieren</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Ctrl+.</source>
        <translation>Strg+.</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation>Entscheidungen</translation>
    </message>
    <message>
        <source>The flow log could not be read</source>
        <translation>Das Protokoll konnte nicht gelesen werden</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Added to my changes</source>
        <translation>Zu den Änderungen hinzugefügt</translation>
    </message>
    <message>
        <source>Searching… Esc cancels</source>
        <translation>Suche läuft… Esc bricht ab</translation>
    </message>
    <message>
        <source>All %1 that match</source>
        <translation>Alle Treffer: %1</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>Go live</source>
        <translation>Live anzeigen</translation>
    </message>
    <message>
        <source>Nothing recorded yet</source>
        <translation>Noch nichts aufgezeichnet</translation>
    </message>
    <message>
        <source>Decisions appear here as soon as traffic meets an endpoint.</source>
        <translation>Entscheidungen erscheinen hier, sobald Verkehr auf einen Endpunkt trifft.</translation>
    </message>
    <message>
        <source>No decision matches</source>
        <translation>Keine Entscheidung passt</translation>
    </message>
    <message>
        <source>In this time span. Try a longer one.</source>
        <translation>In dieser Zeitspanne. Eine längere versuchen.</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
    <message>
        <source>Flow log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Filter: action == deny and dport in (80, 443)</source>
        <translation>Filter: action == deny and dport in (80, 443)</translation>
    </message>
    <message>
        <source>Searched back to %1</source>
        <translation>Bis %1 zurück gesucht</translation>
    </message>
    <message>
        <source>Nothing found yet</source>
        <translation>Noch nichts gefunden</translation>
    </message>
    <message>
        <source>Searched back to %1.</source>
        <translation>Bis %1 zurück gesucht.</translation>
    </message>
    <message>
        <source>Search on</source>
        <translation>Weitersuchen</translation>
    </message>
    <message>
        <source>Choose another…</source>
        <translation>Andere wählen…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Open an exported log</source>
        <translation>Ein exportiertes Protokoll öffnen</translation>
    </message>
    <message>
        <source>Audit logs (*.db);;All files (*)</source>
        <translation>Protokolle (*.db);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>You are looking at the exported log %1: decisions from %2.</source>
        <translation>Sie sehen das exportierte Protokoll %1: Entscheidungen von %2.</translation>
    </message>
    <message>
        <source>Back to the live log</source>
        <translation>Zurück zum laufenden Protokoll</translation>
    </message>
    <message>
        <source>The whole log</source>
        <translation>Das ganze Protokoll</translation>
    </message>
    <message>
        <source>This is about the live log, which is shown again.</source>
        <translation>Hier geht es um das laufende Protokoll: Es wird wieder gezeigt.</translation>
    </message>
</context>
<context>
    <name>gw::gui::FlowPane</name>
    <message>
        <source>this gateway</source>
        <translation>dieses Gateway</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>Entscheidung</translation>
    </message>
    <message>
        <source>Select a decision to see how it came about.</source>
        <translation>Eine Entscheidung auswählen, um zu sehen, wie sie zustande kam.</translation>
    </message>
    <message>
        <source>Allow like this…</source>
        <translation>Ähnliches erlauben…</translation>
    </message>
    <message>
        <source>Open rule</source>
        <translation>Regel öffnen</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Weg</translation>
    </message>
    <message>
        <source>If staged</source>
        <translation>Mit Probe</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Destination</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>With your changes</source>
        <translation>Mit den Änderungen</translation>
    </message>
    <message>
        <source>today %1</source>
        <translation>heute %1</translation>
    </message>
    <message>
        <source>Deny like this…</source>
        <translation>Ähnliches blockieren…</translation>
    </message>
    <message>
        <source>Would be %1 %2</source>
        <translation>Würde %1 %2</translation>
    </message>
    <message>
        <source>denied</source>
        <translation>blockiert</translation>
    </message>
    <message>
        <source>allowed</source>
        <translation>erlaubt</translation>
    </message>
    <message>
        <source>The same</source>
        <translation>Dasselbe</translation>
    </message>
    <message>
        <source>How it was decided</source>
        <translation>Wie entschieden wurde</translation>
    </message>
    <message>
        <source>Revision %1</source>
        <translation>Revision %1</translation>
    </message>
    <message>
        <source>As the policy is now</source>
        <translation>Nach jetziger Richtlinie</translation>
    </message>
    <message>
        <source>Same rule.</source>
        <translation>Dieselbe Regel.</translation>
    </message>
    <message>
        <source>1 packet</source>
        <translation>1 Paket</translation>
    </message>
    <message>
        <source>%1 packets</source>
        <translation>%1 Pakete</translation>
    </message>
    <message>
        <source>%1 sent; %2 received</source>
        <translation>%1 gesendet; %2 empfangen</translation>
    </message>
    <message>
        <source>closed by both sides</source>
        <translation>von beiden Seiten geschlossen</translation>
    </message>
    <message>
        <source>reset by one side</source>
        <translation>von einer Seite zurückgesetzt</translation>
    </message>
    <message>
        <source>taken out of connection tracking</source>
        <translation>aus der Verbindungsverfolgung genommen</translation>
    </message>
    <message>
        <source>nothing more came</source>
        <translation>nichts kam mehr</translation>
    </message>
    <message>
        <source>%1, after %2: %3</source>
        <translation>%1, nach %2: %3</translation>
    </message>
    <message>
        <source>After NAT</source>
        <translation>Nach NAT</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>Verkehr</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>Endpoints</source>
        <translation>Endpunkte</translation>
    </message>
</context>
<context>
    <name>gw::gui::FormatWords</name>
    <message>
        <source>echo request</source>
        <translation>Echo-Anfrage</translation>
    </message>
    <message>
        <source>echo reply</source>
        <translation>Echo-Antwort</translation>
    </message>
    <message>
        <source>unreachable</source>
        <translation>nicht erreichbar</translation>
    </message>
    <message>
        <source>time exceeded</source>
        <translation>Zeit überschritten</translation>
    </message>
</context>
<context>
    <name>gw::gui::Gateway</name>
    <message>
        <source>no permission to write %1</source>
        <translation>keine Berechtigung, %1 zu schreiben</translation>
    </message>
    <message>
        <source>there is no audit log at %1</source>
        <translation>unter %1 gibt es keine Protokolldatenbank</translation>
    </message>
    <message>
        <source>The audit log is %1. Older days are read when you go there.</source>
        <translation>Das Protokoll hat %1. Ältere Tage werden gelesen, wenn Sie dorthin gehen.</translation>
    </message>
    <message>
        <source>The audit log of this window is an exported one, %1, with decisions from %2. What pages count is of it, not of now.</source>
        <translation>Das Protokoll dieses Fensters ist ein exportiertes, %1, mit Entscheidungen von %2. Was die Seiten zählen, ist daraus und nicht von jetzt.</translation>
    </message>
</context>
<context>
    <name>gw::gui::GatewayCard</name>
    <message>
        <source>Gateway %1, %2</source>
        <translation>Gateway %1, %2</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>Wird abgefragt…</translation>
    </message>
    <message>
        <source>Enforcing</source>
        <translation>Wirksam</translation>
    </message>
    <message>
        <source>Not enforcing</source>
        <translation>Nicht wirksam</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>Braucht Aufmerksamkeit</translation>
    </message>
</context>
<context>
    <name>gw::gui::GoToBox</name>
    <message>
        <source>Go to a page, policy, endpoint, network set or action</source>
        <translation>Zu einer Seite, Richtlinie, Netzgruppe, einem Endpunkt oder Befehl gehen</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>Gehe zu</translation>
    </message>
</context>
<context>
    <name>gw::gui::HeaderBar</name>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Back to %1</source>
        <translation>Zurück zu %1</translation>
    </message>
</context>
<context>
    <name>gw::gui::HelpPage</name>
    <message>
        <source>What this gateway does now, and what needs you. The first line says which revision is enforced and how much comes up for a decision. Each bar of the chart is a span of time: a click opens the flow log there. What needs attention is ordered by harm; set aside what is meant so.</source>
        <translation>Was dieses Gateway gerade tut und was Sie braucht. Die erste Zeile sagt, welche Revision wirksam ist und wie viel zur Entscheidung kommt. Jeder Balken ist eine Zeitspanne: ein Klick öffnet dort das Protokoll. Was Beachtung braucht, steht nach Schaden geordnet; legen Sie beiseite, was so gemeint ist.</translation>
    </message>
    <message>
        <source>Every interface of the gateway, its labels, and the policies that govern it. Policies select endpoints by label. An interface without labels is not checked: traffic through it passes without a decision. The pane shows what decides there, in order: failsafes first, then the policies, then the default.</source>
        <translation>Jede Schnittstelle des Gateways, ihre Labels und die Richtlinien, die für sie gelten. Richtlinien wählen Endpunkte über Labels. Eine Schnittstelle ohne Labels wird nicht geprüft: Verkehr passiert sie ohne Entscheidung. Rechts steht, was dort der Reihe nach entscheidet: zuerst die Notzugänge, dann die Richtlinien, dann die Vorgabe.</translation>
    </message>
    <message>
        <source>Names for addresses beyond the gateway: networks, lists and single devices. Rules select them by label, as they select endpoints.</source>
        <translation>Namen für Adressen jenseits des Gateways: Netze, Listen und einzelne Geräte. Regeln wählen sie über Labels, wie Endpunkte auch.</translation>
    </message>
    <message>
        <source>Policies in the order in which they decide, tier by tier. The first rule that matches decides; Log goes on with the next rule, Pass with the next tier. What no rule of a tier decides is denied there, unless the tier passes on. A staged policy decides nothing and records what it would decide. Nothing takes effect until it is applied.</source>
        <translation>Richtlinien in der Reihenfolge, in der sie entscheiden, Stufe für Stufe. Die erste Regel, die passt, entscheidet; Vermerken geht zur nächsten Regel, Weiterreichen zur nächsten Stufe. Was keine Regel einer Stufe entscheidet, wird dort blockiert, außer die Stufe reicht weiter. Eine Richtlinie auf Probe entscheidet nichts und hält fest, was sie entscheiden würde. Nichts wird wirksam, bevor es angewendet ist.</translation>
    </message>
    <message>
        <source>What would happen to a connection, under the policy in force and with your changes, side by side. No packet is sent.</source>
        <translation>Was mit einer Verbindung geschähe, nach den wirksamen Richtlinien und mit Ihren Änderungen, nebeneinander. Es wird kein Paket gesendet.</translation>
    </message>
    <message>
        <source>Every revision: who wrote it, when and why. Going back writes an earlier state as a new revision, so nothing is lost.</source>
        <translation>Jede Revision: wer sie schrieb, wann und warum. Zurückgehen schreibt einen früheren Stand als neue Revision; nichts geht verloren.</translation>
    </message>
    <message>
        <source>What holds for the whole gateway. Traffic to a failsafe port always passes, whatever the policies say: keep the one by which you administer. Changes are applied together with those of policies; only the settings of this program take effect at once.</source>
        <translation>Was für das ganze Gateway gilt. Verkehr zu einem Notzugang geht immer durch, gleich was die Richtlinien sagen: Behalten Sie den, über den Sie verwalten. Änderungen werden mit denen der Richtlinien angewendet; nur die Einstellungen dieses Programms gelten sofort.</translation>
    </message>
    <message>
        <source>All that you changed, and which recorded flows would be decided differently. All of it becomes one revision, or nothing does.</source>
        <translation>Alles, was Sie geändert haben, und welche aufgezeichneten Flüsse anders entschieden würden. Alles davon wird eine Revision, oder nichts.</translation>
    </message>
    <message>
        <source>Each interface gets a role, and a template writes the first policies. Nothing is written before the last step.</source>
        <translation>Jede Schnittstelle bekommt eine Rolle, und eine Vorlage schreibt die ersten Richtlinien. Vor dem letzten Schritt wird nichts geschrieben.</translation>
    </message>
    <message>
        <source>Open what is selected</source>
        <translation>Das Ausgewählte öffnen</translation>
    </message>
    <message>
        <source>Show or hide the detail pane, in the table of policies</source>
        <translation>Detailbereich ein- oder ausblenden, in der Tabelle der Richtlinien</translation>
    </message>
    <message>
        <source>Close the popup, then the pane, then the selection</source>
        <translation>Das Aufgeklappte schließen, dann den Detailbereich, dann die Auswahl</translation>
    </message>
    <message>
        <source>Delete, with undo</source>
        <translation>Löschen, kann rückgängig gemacht werden</translation>
    </message>
    <message>
        <source>Duplicate a policy or a rule</source>
        <translation>Richtlinie oder Regel verdoppeln</translation>
    </message>
    <message>
        <source>Edit labels; rename</source>
        <translation>Labels bearbeiten; umbenennen</translation>
    </message>
    <message>
        <source>Move a policy or a rule up</source>
        <translation>Richtlinie oder Regel nach oben</translation>
    </message>
    <message>
        <source>Move a policy or a rule down</source>
        <translation>Richtlinie oder Regel nach unten</translation>
    </message>
    <message>
        <source>Stage or enforce a policy</source>
        <translation>Richtlinie auf Probe oder wirksam setzen</translation>
    </message>
    <message>
        <source>Complete in a selector or a query</source>
        <translation>In einem Selektor oder einer Abfrage ergänzen</translation>
    </message>
    <message>
        <source>Take the remedy that an error offers</source>
        <translation>Die Abhilfe nehmen, die ein Fehler anbietet</translation>
    </message>
    <message>
        <source>Flow log: go live again</source>
        <translation>Protokoll: wieder mitlaufen lassen</translation>
    </message>
    <message>
        <source>Simulator: swap source and destination</source>
        <translation>Simulator: Quelle und Ziel tauschen</translation>
    </message>
    <message>
        <source>Next change in a comparison</source>
        <translation>Nächste Änderung in einem Vergleich</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Every decision, newest first, with the rule that made it. Only the first packet of a flow comes up; the others follow its decision. Filter by chips or by text, such as action == deny and dport == 22. The pane shows each rule that was looked at. Allow like this writes a rule for what you see. A part of a log that “gatewarden audit export” wrote is opened from the menu File.</source>
        <translation>Jede Entscheidung, die neueste zuerst, mit der Regel, die sie traf. Nur das erste Paket eines Flusses wird vorgelegt; die anderen folgen seiner Entscheidung. Filtern Sie mit Marken oder mit Text wie action == deny and dport == 22. Rechts steht jede Regel, die angesehen wurde. „So etwas erlauben“ schreibt eine Regel für das, was Sie sehen. Einen Teil eines Protokolls, den „gatewarden audit export“ geschrieben hat, öffnen Sie im Menü Datei.</translation>
    </message>
</context>
<context>
    <name>gw::gui::HistoryModel</name>
    <message numerus="yes">
        <source>%n endpoint(s)</source>
        <translation>
            <numerusform>%n Endpunkt</numerusform>
            <numerusform>%n Endpunkte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n policies</source>
        <translation>
            <numerusform>%n Richtlinie</numerusform>
            <numerusform>%n Richtlinien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n network set(s)</source>
        <translation>
            <numerusform>%n Netzgruppe</numerusform>
            <numerusform>%n Netzgruppen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n profile(s)</source>
        <translation>
            <numerusform>%n Profil</numerusform>
            <numerusform>%n Profile</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tier(s)</source>
        <translation>
            <numerusform>%n Stufe</numerusform>
            <numerusform>%n Stufen</numerusform>
        </translation>
    </message>
    <message>
        <source>settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Revision %1 by %2: %3</source>
        <translation>Revision %1 von %2: %3</translation>
    </message>
    <message>
        <source>Rev</source>
        <translation>Rev.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
</context>
<context>
    <name>gw::gui::HistoryPage</name>
    <message>
        <source>No reason was given.</source>
        <translation>Kein Grund angegeben.</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>Revisions</source>
        <translation>Revisionen</translation>
    </message>
    <message>
        <source>No revision yet</source>
        <translation>Noch keine Revision</translation>
    </message>
    <message>
        <source>Revision 1 is the first.</source>
        <translation>Revision 1 ist die erste.</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>What happened to %1</source>
        <translation>Was mit %1 geschah</translation>
    </message>
    <message>
        <source>Go back to this</source>
        <translation>Hierher zurückkehren</translation>
    </message>
    <message>
        <source>Revision %1</source>
        <translation>Revision %1</translation>
    </message>
    <message>
        <source>%1 by %2. %3</source>
        <translation>%1 von %2. %3</translation>
    </message>
    <message>
        <source>What it changed</source>
        <translation>Was sie geändert hat</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
</context>
<context>
    <name>gw::gui::ImpactModel</name>
    <message numerus="yes">
        <source>Newly denied: %1 to %2, %3, %n flow(s)</source>
        <translation>
            <numerusform>Neu blockiert: %1 zu %2, %3, %n Fluss</numerusform>
            <numerusform>Neu blockiert: %1 zu %2, %3, %n Flüsse</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Newly allowed: %1 to %2, %3, %n flow(s)</source>
        <translation>
            <numerusform>Neu erlaubt: %1 zu %2, %3, %n Fluss</numerusform>
            <numerusform>Neu erlaubt: %1 zu %2, %3, %n Flüsse</numerusform>
        </translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Destination</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
    <message>
        <source>Then decided by</source>
        <translation>Dann entscheidet</translation>
    </message>
    <message>
        <source>Flows</source>
        <translation>Flüsse</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Zuletzt gesehen</translation>
    </message>
</context>
<context>
    <name>gw::gui::ImpactTiles</name>
    <message>
        <source>Newly denied %1, newly allowed %2, unchanged %3</source>
        <translation>Neu blockiert %1, neu erlaubt %2, unverändert %3</translation>
    </message>
    <message>
        <source>Newly denied</source>
        <translation>Neu blockiert</translation>
    </message>
    <message>
        <source>Newly allowed</source>
        <translation>Neu erlaubt</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>Unverändert</translation>
    </message>
</context>
<context>
    <name>gw::gui::InterfacesStep</name>
    <message>
        <source>up</source>
        <translation>aktiv</translation>
    </message>
    <message>
        <source>down</source>
        <translation>inaktiv</translation>
    </message>
    <message>
        <source>no address</source>
        <translation>keine Adresse</translation>
    </message>
</context>
<context>
    <name>gw::gui::LabelChips</name>
    <message>
        <source>key=value</source>
        <translation>Schlüssel=Wert</translation>
    </message>
    <message>
        <source>A label key may hold letters, digits, - _ . and one /</source>
        <translation>Ein Label-Schlüssel darf Buchstaben, Ziffern, - _ . und ein / enthalten</translation>
    </message>
    <message>
        <source>A label value may hold up to 63 letters, digits, - _ and .</source>
        <translation>Ein Label-Wert darf bis zu 63 Buchstaben, Ziffern, - _ und . enthalten</translation>
    </message>
    <message>
        <source>1 use</source>
        <translation>1-mal verwendet</translation>
    </message>
    <message>
        <source>%1 uses</source>
        <translation>%1-mal verwendet</translation>
    </message>
    <message>
        <source>new value</source>
        <translation>neuer Wert</translation>
    </message>
</context>
<context>
    <name>gw::gui::LikeThisPopover</name>
    <message>
        <source>Allow like this</source>
        <translation>Ähnliches erlauben</translation>
    </message>
    <message>
        <source>Deny like this</source>
        <translation>Ähnliches blockieren</translation>
    </message>
    <message>
        <source>Add to my changes</source>
        <translation>Zu den Änderungen hinzufügen</translation>
    </message>
    <message>
        <source>Recorded flows of the last 7 days</source>
        <translation>Aufgezeichnete Flüsse der letzten 7 Tage</translation>
    </message>
</context>
<context>
    <name>gw::gui::MainWindow</name>
    <message>
        <source>%1 – Gatewarden</source>
        <translation>%1 – Gatewarden</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Find in page</source>
        <translation>Auf der Seite suchen</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtern</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>&amp;Gehe zu</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Open another gateway…</source>
        <translation>Anderes Gateway öffnen…</translation>
    </message>
    <message>
        <source>Set up interfaces…</source>
        <translation>Schnittstellen einrichten…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Detail pane</source>
        <translation>Detailbereich</translation>
    </message>
    <message>
        <source>Menu bar</source>
        <translation>Menüleiste</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>Neu einlesen</translation>
    </message>
    <message>
        <source>&amp;Policy</source>
        <translation>&amp;Richtlinie</translation>
    </message>
    <message>
        <source>Review and apply</source>
        <translation>Prüfen und anwenden</translation>
    </message>
    <message>
        <source>Discard all changes</source>
        <translation>Alle Änderungen verwerfen</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) from last time were not applied. They are back.</source>
        <translation>
            <numerusform>%n Änderung vom letzten Mal wurde nicht angewendet. Sie ist wieder da.</numerusform>
            <numerusform>%n Änderungen vom letzten Mal wurden nicht angewendet. Sie sind wieder da.</numerusform>
        </translation>
    </message>
    <message>
        <source>Revision %1 is stored. The gateway takes it over at once.</source>
        <translation>Revision %1 ist gespeichert. Das Gateway übernimmt sie sofort.</translation>
    </message>
    <message>
        <source>All changes discarded.</source>
        <translation>Alle Änderungen verworfen.</translation>
    </message>
    <message>
        <source>Nothing has been changed.</source>
        <translation>Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>No enforcer is running. You can edit; nothing new is enforced until gatewardend runs.</source>
        <translation>Der Dienst gatewardend läuft nicht. Bearbeiten ist möglich; Neues wird erst wirksam, wenn er läuft.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>There is no audit log here: the flow log and the effect on recorded traffic are empty.</source>
        <translation>Hier gibt es keine Protokolldatenbank: Das Protokoll und die Wirkung auf aufgezeichneten Verkehr bleiben leer.</translation>
    </message>
    <message>
        <source>Your changes are kept in memory only, until they can be saved. %1</source>
        <translation>Die Änderungen sind nur im Speicher, bis sie gesichert werden können. %1</translation>
    </message>
    <message>
        <source>Choose another…</source>
        <translation>Andere wählen…</translation>
    </message>
    <message>
        <source>Copy command</source>
        <translation>Befehl kopieren</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Kopiert: %1</translation>
    </message>
    <message>
        <source>Keep my changes as YAML…</source>
        <translation>Meine Änderungen als YAML sichern…</translation>
    </message>
    <message>
        <source>Go to anything…</source>
        <translation>Gehe zu …</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vor</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>Nächster Bereich</translation>
    </message>
    <message>
        <source>Previous pane</source>
        <translation>Voriger Bereich</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Help for this page, and all keys</source>
        <translation>Hilfe zu dieser Seite und alle Tasten</translation>
    </message>
    <message>
        <source>Policies</source>
        <translation>Richtlinien</translation>
    </message>
    <message>
        <source>Staged policies</source>
        <translation>Richtlinien auf Probe</translation>
    </message>
    <message>
        <source>Endpoints</source>
        <translation>Endpunkte</translation>
    </message>
    <message>
        <source>Network sets</source>
        <translation>Netzgruppen</translation>
    </message>
    <message>
        <source>Open exported log…</source>
        <translation>Exportiertes Protokoll öffnen…</translation>
    </message>
</context>
<context>
    <name>gw::gui::Naming</name>
    <message>
        <source>Use a–z, 0–9 and -; begin and end with a letter or digit.</source>
        <translation>Erlaubt sind a–z, 0–9 und -; am Anfang und Ende ein Buchstabe oder eine Ziffer.</translation>
    </message>
    <message>
        <source>There is one of this name already.</source>
        <translation>Diesen Namen gibt es schon.</translation>
    </message>
</context>
<context>
    <name>gw::gui::Navigation</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message numerus="yes">
        <source>Policies, %n change(s)</source>
        <translation>
            <numerusform>Richtlinien, %n Änderung</numerusform>
            <numerusform>Richtlinien, %n Änderungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Endpoints, needs attention</source>
        <translation>Endpunkte brauchen Aufmerksamkeit</translation>
    </message>
</context>
<context>
    <name>gw::gui::NetworkImportPane</name>
    <message>
        <source>Line %1: %2</source>
        <translation>Zeile %1: %2</translation>
    </message>
    <message>
        <source>%1 has host bits; %2 will be written.</source>
        <translation>%1 hat Host-Bits; geschrieben wird %2.</translation>
    </message>
    <message>
        <source>Line %1: %2 is there already.</source>
        <translation>Zeile %1: %2 ist schon vorhanden.</translation>
    </message>
    <message>
        <source>Import networks</source>
        <translation>Netze importieren</translation>
    </message>
    <message>
        <source>Into the set</source>
        <translation>In die Netzgruppe</translation>
    </message>
    <message>
        <source>One network or address a line</source>
        <translation>Ein Netz oder eine Adresse je Zeile</translation>
    </message>
    <message>
        <source>Read a file…</source>
        <translation>Datei einlesen…</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Netze</translation>
    </message>
    <message>
        <source>Lines to look at</source>
        <translation>Zeilen zum Nachsehen</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
    <message>
        <source>List of networks</source>
        <translation>Liste der Netze</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>%1 kann nicht gelesen werden: %2</translation>
    </message>
    <message>
        <source>%1 is larger than %2.</source>
        <translation>%1 ist größer als %2.</translation>
    </message>
    <message numerus="yes">
        <source>%1 networks</source>
        <translation>
            <numerusform>%1 Netz</numerusform>
            <numerusform>%1 Netze</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 duplicates</source>
        <translation>%1 doppelt</translation>
    </message>
    <message>
        <source>%1 not understood</source>
        <translation>%1 nicht verstanden</translation>
    </message>
    <message>
        <source>%1 lines: %2</source>
        <translation>%1 Zeilen: %2</translation>
    </message>
    <message>
        <source>Import %1</source>
        <translation>%1 importieren</translation>
    </message>
    <message numerus="yes">
        <source>Import %n network(s) into %1</source>
        <translation>
            <numerusform>%n Netz in %1 importieren</numerusform>
            <numerusform>%n Netze in %1 importieren</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::NetworkSetModel</name>
    <message>
        <source>No rule uses it</source>
        <translation>Keine Regel verwendet sie</translation>
    </message>
    <message numerus="yes">
        <source>%n policies</source>
        <translation>
            <numerusform>%n Richtlinie</numerusform>
            <numerusform>%n Richtlinien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, labels %2, %n network(s), %3</source>
        <translation>
            <numerusform>%1, Labels %2, %n Netz, %3</numerusform>
            <numerusform>%1, Labels %2, %n Netze, %3</numerusform>
        </translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Netze</translation>
    </message>
    <message>
        <source>Used by</source>
        <translation>Verwendet von</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
</context>
<context>
    <name>gw::gui::NetworkSetPane</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>Used by</source>
        <translation>Verwendet von</translation>
    </message>
    <message>
        <source>Find a network, or the one that holds an address</source>
        <translation>Netz suchen oder das, in dem eine Adresse liegt</translation>
    </message>
    <message>
        <source>Find networks</source>
        <translation>Netze suchen</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Netze</translation>
    </message>
    <message>
        <source>Add a network; paste many lines</source>
        <translation>Netz hinzufügen; auch viele Zeilen einfügen</translation>
    </message>
    <message>
        <source>Add a network</source>
        <translation>Netz hinzufügen</translation>
    </message>
    <message>
        <source>Labels of %1</source>
        <translation>Labels von %1</translation>
    </message>
    <message numerus="yes">
        <source>%1 networks</source>
        <translation>
            <numerusform>%1 Netz</numerusform>
            <numerusform>%1 Netze</numerusform>
        </translation>
    </message>
    <message>
        <source>No rule uses it</source>
        <translation>Keine Regel verwendet sie</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weitere</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Rename %1 to %2</source>
        <translation>%1 in %2 umbenennen</translation>
    </message>
    <message>
        <source>Change labels of %1</source>
        <translation>Labels von %1 ändern</translation>
    </message>
    <message>
        <source>%1 is there already.</source>
        <translation>%1 ist schon vorhanden.</translation>
    </message>
    <message>
        <source>Add %1 to %2</source>
        <translation>%1 zu %2 hinzufügen</translation>
    </message>
    <message numerus="yes">
        <source>Remove %n network(s) from %1</source>
        <translation>
            <numerusform>%n Netz aus %1 entfernen</numerusform>
            <numerusform>%n Netze aus %1 entfernen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::NetworkSetsPage</name>
    <message>
        <source>Find name or label</source>
        <translation>Name oder Label suchen</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Import list…</source>
        <translation>Liste importieren…</translation>
    </message>
    <message>
        <source>New set</source>
        <translation>Neue Netzgruppe</translation>
    </message>
    <message>
        <source>No network sets</source>
        <translation>Keine Netzgruppen</translation>
    </message>
    <message>
        <source>Name networks or devices to use them in rules.</source>
        <translation>Netze oder Geräte benennen, um sie in Regeln zu verwenden.</translation>
    </message>
    <message>
        <source>Network sets</source>
        <translation>Netzgruppen</translation>
    </message>
    <message numerus="yes">
        <source>%1 sets, %2 networks</source>
        <translation>
            <numerusform>%1 Gruppe, Netze: %2</numerusform>
            <numerusform>%1 Gruppen, Netze: %2</numerusform>
        </translation>
    </message>
    <message>
        <source>Edit labels</source>
        <translation>Labels bearbeiten</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Add network set %1</source>
        <translation>Netzgruppe %1 hinzufügen</translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>%1 löschen</translation>
    </message>
    <message>
        <source>%1 deleted.</source>
        <translation>%1 gelöscht.</translation>
    </message>
    <message numerus="yes">
        <source>%1 deleted. %n policies no longer match its networks.</source>
        <translation>
            <numerusform>%1 gelöscht. %n Richtlinie passt nicht mehr auf die Netze der Gruppe.</numerusform>
            <numerusform>%1 gelöscht. %n Richtlinien passen nicht mehr auf die Netze der Gruppe.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::OverviewPage</name>
    <message>
        <source>Time span</source>
        <translation>Zeitspanne</translation>
    </message>
    <message>
        <source>1 h</source>
        <translation>1 h</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 h</translation>
    </message>
    <message>
        <source>7 d</source>
        <translation>7 Tage</translation>
    </message>
    <message>
        <source>30 d</source>
        <translation>30 Tage</translation>
    </message>
    <message>
        <source>Most denied</source>
        <translation>Am häufigsten blockiert</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>New pairs today</source>
        <translation>Neue Paare heute</translation>
    </message>
    <message>
        <source>First seen</source>
        <translation>Zuerst gesehen</translation>
    </message>
    <message>
        <source>Rules never hit</source>
        <translation>Regeln ohne Treffer</translation>
    </message>
    <message>
        <source>Decisions, last 24 hours</source>
        <translation>Entscheidungen, letzte 24 Stunden</translation>
    </message>
    <message>
        <source>last hour</source>
        <translation>letzte Stunde</translation>
    </message>
    <message>
        <source>last 24 hours</source>
        <translation>letzte 24 Stunden</translation>
    </message>
    <message>
        <source>last 7 days</source>
        <translation>letzte 7 Tage</translation>
    </message>
    <message>
        <source>last 30 days</source>
        <translation>letzte 30 Tage</translation>
    </message>
    <message>
        <source>Decisions, %1</source>
        <translation>Entscheidungen, %1</translation>
    </message>
    <message>
        <source>Allowed %1</source>
        <translation>Erlaubt %1</translation>
    </message>
    <message>
        <source>Denied %1</source>
        <translation>Blockiert %1</translation>
    </message>
    <message>
        <source>No decisions recorded in this time. They appear here with the first connection.</source>
        <translation>In dieser Zeit keine Entscheidungen aufgezeichnet. Sie erscheinen hier mit der ersten Verbindung.</translation>
    </message>
    <message>
        <source>Nothing was denied in this time.</source>
        <translation>In dieser Zeit wurde nichts blockiert.</translation>
    </message>
    <message>
        <source>No new pair today.</source>
        <translation>Heute kein neues Paar.</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>Denied · %1</source>
        <translation>Blockiert · %1</translation>
    </message>
    <message>
        <source>Allowed · %1</source>
        <translation>Erlaubt · %1</translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) observed</source>
        <translation>
            <numerusform>%n Tag beobachtet</numerusform>
            <numerusform>%n Tage beobachtet</numerusform>
        </translation>
    </message>
    <message>
        <source>Known after the first whole day of decisions.</source>
        <translation>Bekannt nach dem ersten ganzen Tag mit Entscheidungen.</translation>
    </message>
    <message>
        <source>Every rule has been hit.</source>
        <translation>Jede Regel hatte Treffer.</translation>
    </message>
    <message>
        <source>%1 › rule %2</source>
        <translation>%1 › Regel %2</translation>
    </message>
    <message>
        <source>Start the enforcer on the gateway: %1</source>
        <translation>Den Dienst auf dem Gateway starten: %1</translation>
    </message>
    <message>
        <source>Add policy %1</source>
        <translation>Richtlinie %1 hinzufügen</translation>
    </message>
    <message>
        <source>Create profile %1</source>
        <translation>Profil %1 anlegen</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
</context>
<context>
    <name>gw::gui::PausedBand</name>
    <message>
        <source>Show them</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Paused while you read.</source>
        <translation>Zum Lesen angehalten.</translation>
    </message>
    <message>
        <source>1 newer decision</source>
        <translation>1 neuere Entscheidung</translation>
    </message>
    <message>
        <source>%1 newer decisions</source>
        <translation>%1 neuere Entscheidungen</translation>
    </message>
    <message>
        <source>Go live</source>
        <translation>Live anzeigen</translation>
    </message>
    <message>
        <source>Showing 1 in %1 while this fast; all are recorded.</source>
        <translation>Bei diesem Tempo wird 1 von %1 gezeigt; aufgezeichnet werden alle.</translation>
    </message>
</context>
<context>
    <name>gw::gui::PendingBar</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Changes not applied yet</source>
        <translation>Noch nicht angewendete Änderungen</translation>
    </message>
    <message>
        <source>Revision %1 goes back in %2</source>
        <translation>Revision %1 wird in %2 zurückgenommen</translation>
    </message>
    <message>
        <source>1 change not applied yet</source>
        <translation>1 Änderung noch nicht angewendet</translation>
    </message>
    <message>
        <source>%1 changes not applied yet</source>
        <translation>%1 Änderungen noch nicht angewendet</translation>
    </message>
    <message>
        <source>Saved here; apply when connected</source>
        <translation>Hier gespeichert; anwenden, sobald verbunden</translation>
    </message>
    <message>
        <source>Last: “%1”</source>
        <translation>Zuletzt: „%1“</translation>
    </message>
    <message>
        <source>1 field needs attention</source>
        <translation>1 Feld braucht Aufmerksamkeit</translation>
    </message>
    <message>
        <source>%1 fields need attention</source>
        <translation>%1 Felder brauchen Aufmerksamkeit</translation>
    </message>
    <message>
        <source>Go back now</source>
        <translation>Jetzt zurücknehmen</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>Verwerfen…</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>Bestätigen</translation>
    </message>
    <message>
        <source>Review and apply</source>
        <translation>Prüfen und anwenden</translation>
    </message>
</context>
<context>
    <name>gw::gui::PoliciesPage</name>
    <message>
        <source>No policies yet</source>
        <translation>Noch keine Richtlinien</translation>
    </message>
    <message>
        <source>Labelled endpoints without a policy let routed traffic pass and block traffic to this gateway.</source>
        <translation>Endpunkte mit Labels, aber ohne Richtlinie lassen durchgeleiteten Verkehr durch und blockieren Verkehr zu diesem Gateway.</translation>
    </message>
    <message>
        <source>New policy</source>
        <translation>Neue Richtlinie</translation>
    </message>
    <message>
        <source>Find policy, label, port, address</source>
        <translation>Richtlinie, Label, Port, Adresse suchen</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>All endpoints</source>
        <translation>Alle Endpunkte</translation>
    </message>
    <message>
        <source>View of the policy</source>
        <translation>Ansicht der Richtlinie</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Formular</translation>
    </message>
    <message>
        <source>YAML</source>
        <translation>YAML</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>1 tier</source>
        <translation>1 Stufe</translation>
    </message>
    <message numerus="yes">
        <source>%n tiers</source>
        <translation>
            <numerusform>%n Stufe</numerusform>
            <numerusform>%n Stufen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 in %2, first match from the top</source>
        <translation>%1 in %2, der erste Treffer von oben gilt</translation>
    </message>
    <message>
        <source>Policies</source>
        <translation>Richtlinien</translation>
    </message>
    <message>
        <source>before %1</source>
        <translation>vor %1</translation>
    </message>
    <message>
        <source>last in tier %1</source>
        <translation>ans Ende der Stufe %1</translation>
    </message>
    <message>
        <source>Move %1 to tier %2</source>
        <translation>%1 in Stufe %2 verschieben</translation>
    </message>
    <message>
        <source>Move %1</source>
        <translation>%1 verschieben</translation>
    </message>
    <message>
        <source>%1 moved to tier %2.</source>
        <translation>%1 in Stufe %2 verschoben.</translation>
    </message>
    <message>
        <source>Moves %1</source>
        <translation>Verschiebt %1</translation>
    </message>
    <message>
        <source>no recorded flow changes</source>
        <translation>kein aufgezeichneter Fluss ändert sich</translation>
    </message>
    <message>
        <source>1 recorded flow changes</source>
        <translation>1 aufgezeichneter Fluss ändert sich</translation>
    </message>
    <message>
        <source>%1 recorded flows change</source>
        <translation>%1 aufgezeichnete Flüsse ändern sich</translation>
    </message>
    <message>
        <source>There is a staged policy of this name already.</source>
        <translation>Eine Richtlinie auf Probe mit diesem Namen gibt es schon.</translation>
    </message>
    <message>
        <source>There is an enforced policy of this name already.</source>
        <translation>Eine wirksame Richtlinie mit diesem Namen gibt es schon.</translation>
    </message>
    <message>
        <source>Stage %1</source>
        <translation>%1 auf Probe setzen</translation>
    </message>
    <message>
        <source>Enforce %1</source>
        <translation>%1 wirksam machen</translation>
    </message>
    <message>
        <source>Duplicate %1</source>
        <translation>%1 duplizieren</translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>%1 löschen</translation>
    </message>
    <message>
        <source>%1 deleted.</source>
        <translation>%1 gelöscht.</translation>
    </message>
    <message>
        <source>Add policy %1</source>
        <translation>Richtlinie %1 hinzufügen</translation>
    </message>
    <message>
        <source>Take back the deletion</source>
        <translation>Löschen zurücknehmen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Enforce</source>
        <translation>Wirksam machen</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>Auf Probe setzen</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Move to tier</source>
        <translation>In Stufe verschieben</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Copy as YAML</source>
        <translation>Als YAML kopieren</translation>
    </message>
    <message>
        <source>Show flows</source>
        <translation>Flüsse zeigen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>New policy here</source>
        <translation>Neue Richtlinie hier</translation>
    </message>
    <message>
        <source>New tier before this</source>
        <translation>Neue Stufe davor</translation>
    </message>
    <message>
        <source>Add tier %1</source>
        <translation>Stufe %1 hinzufügen</translation>
    </message>
    <message>
        <source>Create it</source>
        <translation>Anlegen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Rename tier %1 to %2</source>
        <translation>Stufe %1 in %2 umbenennen</translation>
    </message>
    <message>
        <source>What no rule decides</source>
        <translation>Was keine Regel entscheidet</translation>
    </message>
    <message>
        <source>Change the end of tier %1</source>
        <translation>Ende der Stufe %1 ändern</translation>
    </message>
    <message>
        <source>Goes on to the next tier</source>
        <translation>Geht weiter an die nächste Stufe</translation>
    </message>
    <message>
        <source>Is denied</source>
        <translation>Wird blockiert</translation>
    </message>
    <message>
        <source>Delete tier %1</source>
        <translation>Stufe %1 löschen</translation>
    </message>
    <message>
        <source>Tier %1 deleted.</source>
        <translation>Stufe %1 gelöscht.</translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicyDelegate</name>
    <message>
        <source>Staged</source>
        <translation>Probe</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>Gelöscht</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>Stufe</translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicyEditor</name>
    <message>
        <source>Arriving rule %1: %2</source>
        <translation>Ankommend, Regel %1: %2</translation>
    </message>
    <message>
        <source>Leaving rule %1: %2</source>
        <translation>Abgehend, Regel %1: %2</translation>
    </message>
    <message>
        <source>Policies</source>
        <translation>Richtlinien</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>Richtlinie</translation>
    </message>
    <message>
        <source>1 use</source>
        <translation>1-mal verwendet</translation>
    </message>
    <message>
        <source>%1 uses</source>
        <translation>%1-mal verwendet</translation>
    </message>
    <message>
        <source>Label, part by part</source>
        <translation>Label, Teil für Teil</translation>
    </message>
    <message>
        <source>Endpoints, part by part</source>
        <translation>Endpunkte, Teil für Teil</translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicyForm</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Effect</source>
        <translation>Wirkung</translation>
    </message>
    <message>
        <source>Enforced</source>
        <translation>Wirksam</translation>
    </message>
    <message>
        <source>Staged</source>
        <translation>Auf Probe</translation>
    </message>
    <message>
        <source>A staged policy is only recorded: what it would have decided</source>
        <translation>Bei einer Richtlinie auf Probe wird nur aufgezeichnet, was sie entschieden hätte</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>last</source>
        <translation>zuletzt</translation>
    </message>
    <message>
        <source>order</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>Applies to</source>
        <translation>Gilt für</translation>
    </message>
    <message>
        <source>every endpoint</source>
        <translation>jeden Endpunkt</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>Verkehr</translation>
    </message>
    <message>
        <source>Before NAT  ·  Untracked …</source>
        <translation>Vor NAT  ·  Ohne Verfolgung …</translation>
    </message>
    <message>
        <source>1 endpoint now</source>
        <translation>jetzt 1 Endpunkt</translation>
    </message>
    <message>
        <source>%1 endpoints</source>
        <translation>%1 Endpunkte</translation>
    </message>
    <message>
        <source>%1 of %2, the first</source>
        <translation>%1 von %2, die erste</translation>
    </message>
    <message>
        <source>%1 of %2, after %3</source>
        <translation>%1 von %2, nach %3</translation>
    </message>
    <message>
        <source>Before NAT decides arriving traffic only.</source>
        <translation>Vor NAT wird nur ankommender Verkehr entschieden.</translation>
    </message>
    <message>
        <source>From now on routed traffic arriving from %1 that no rule allows is denied.</source>
        <translation>Ab jetzt wird durchgeleiteter Verkehr, der von %1 ankommt und den keine Regel erlaubt, blockiert.</translation>
    </message>
    <message>
        <source>Rename %1 to %2</source>
        <translation>%1 in %2 umbenennen</translation>
    </message>
    <message>
        <source>There is a staged policy of this name already.</source>
        <translation>Es gibt schon eine Richtlinie dieses Namens auf Probe.</translation>
    </message>
    <message>
        <source>There is an enforced policy of this name already. Rename this one first.</source>
        <translation>Es gibt schon eine wirksame Richtlinie dieses Namens. Zuerst diese hier umbenennen.</translation>
    </message>
    <message>
        <source>Stage %1</source>
        <translation>%1 auf Probe setzen</translation>
    </message>
    <message>
        <source>Enforce %1</source>
        <translation>%1 wirksam machen</translation>
    </message>
    <message>
        <source>Move %1 to tier %2</source>
        <translation>%1 in Stufe %2 verschieben</translation>
    </message>
    <message>
        <source>An order is a number, or nothing: then it comes last.</source>
        <translation>Ein Rang ist eine Zahl oder leer: dann kommt die Richtlinie zuletzt.</translation>
    </message>
    <message>
        <source>Change order of %1</source>
        <translation>Rang von %1 ändern</translation>
    </message>
    <message>
        <source>Change what %1 applies to</source>
        <translation>Ändern, wofür %1 gilt</translation>
    </message>
    <message>
        <source>Change traffic of %1</source>
        <translation>Verkehr von %1 ändern</translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicyLivePanel</name>
    <message>
        <source>What the rule means</source>
        <translation>Was die Regel bedeutet</translation>
    </message>
    <message>
        <source>What the label selects, part by part</source>
        <translation>Was das Label auswählt, Teil für Teil</translation>
    </message>
    <message>
        <source>Applies to</source>
        <translation>Gilt für</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 Tage</translation>
    </message>
    <message>
        <source>Recorded flows</source>
        <translation>Aufgezeichnete Datenflüsse</translation>
    </message>
    <message>
        <source>Recorded flows that match rule %1</source>
        <translation>Aufgezeichnete Flüsse zu Regel %1</translation>
    </message>
    <message>
        <source>Endpoints, part by part</source>
        <translation>Endpunkte, Teil für Teil</translation>
    </message>
    <message>
        <source>Label, part by part</source>
        <translation>Label, Teil für Teil</translation>
    </message>
    <message>
        <source>Rule %1 in words</source>
        <translation>Regel %1 in Worten</translation>
    </message>
    <message>
        <source>In words</source>
        <translation>In Worten</translation>
    </message>
    <message numerus="yes">
        <source>%1, and %n more rules</source>
        <translation>
            <numerusform>%1 und %n weitere Regel</numerusform>
            <numerusform>%1 und %n weitere Regeln</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 applies to no endpoint.</source>
        <translation>%1 gilt für keinen Endpunkt.</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiterer</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird gesucht…</translation>
    </message>
    <message>
        <source>No recorded flow matches in 7 days</source>
        <translation>Kein passender Datenfluss in 7 Tagen aufgezeichnet</translation>
    </message>
    <message>
        <source>flows from 1 device</source>
        <translation>Flüsse von 1 Gerät</translation>
    </message>
    <message numerus="yes">
        <source>flows from %n devices</source>
        <translation>
            <numerusform>Flüsse von %n Gerät</numerusform>
            <numerusform>Flüsse von %n Geräten</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, among the newest %2 decisions</source>
        <translation>%1, unter den neuesten %2 Entscheidungen</translation>
    </message>
    <message>
        <source>%1 %2 · decided by %3</source>
        <translation>%1 %2 · entschieden von %3</translation>
    </message>
    <message>
        <source>Rule %1 would decide none of them: %2 (%3) comes first and denies them.</source>
        <translation>Regel %1 würde keinen davon entscheiden: %2 (%3) kommt zuerst und blockiert sie.</translation>
    </message>
    <message>
        <source>Rule %1 would decide none of them: %2 (%3) comes first and allows them.</source>
        <translation>Regel %1 würde keinen davon entscheiden: %2 (%3) kommt zuerst und erlaubt sie.</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>%1 öffnen</translation>
    </message>
    <message>
        <source>1 endpoint now</source>
        <translation>jetzt 1 Endpunkt</translation>
    </message>
    <message>
        <source>%1 endpoints</source>
        <translation>%1 Endpunkte</translation>
    </message>
    <message>
        <source>1 known now</source>
        <translation>jetzt 1 bekannt</translation>
    </message>
    <message>
        <source>%1 known</source>
        <translation>%1 bekannt</translation>
    </message>
    <message>
        <source>1 has %2 = &apos;%3&apos;</source>
        <translation>1 hat %2 = &apos;%3&apos;</translation>
    </message>
    <message>
        <source>%1 have %2 = &apos;%3&apos;</source>
        <translation>%1 haben %2 = &apos;%3&apos;</translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicyPane</name>
    <message>
        <source>The selected policy</source>
        <translation>Die ausgewählte Richtlinie</translation>
    </message>
    <message>
        <source>Tier %1</source>
        <translation>Stufe %1</translation>
    </message>
    <message>
        <source>%1 is deleted</source>
        <translation>%1 ist gelöscht</translation>
    </message>
    <message>
        <source>It decides until the changes are applied.</source>
        <translation>Sie entscheidet, bis die Änderungen angewendet sind.</translation>
    </message>
    <message>
        <source>%1  %2</source>
        <translation>%1  %2</translation>
    </message>
    <message>
        <source>Staged: it is only recorded what it would decide</source>
        <translation>Auf Probe: Es wird nur aufgezeichnet, was sie entscheiden würde</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>%1 applies to no endpoint.</source>
        <translation>%1 gilt für keinen Endpunkt.</translation>
    </message>
    <message>
        <source>Applies to</source>
        <translation>Gilt für</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiterer</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Show flows</source>
        <translation>Datenflüsse zeigen</translation>
    </message>
    <message>
        <source>Arriving</source>
        <translation>Ankommend</translation>
    </message>
    <message>
        <source>Leaving</source>
        <translation>Abgehend</translation>
    </message>
    <message>
        <source>No rules: what no other policy of this tier allows is denied</source>
        <translation>Keine Regeln: Was keine andere Richtlinie dieser Stufe erlaubt, wird blockiert</translation>
    </message>
    <message numerus="yes">
        <source>and %n more rules</source>
        <translation>
            <numerusform>und %n weitere Regel</numerusform>
            <numerusform>und %n weitere Regeln</numerusform>
        </translation>
    </message>
    <message>
        <source>What no rule decides, arriving</source>
        <translation>Was keine Regel entscheidet, ankommend</translation>
    </message>
    <message>
        <source>denied</source>
        <translation>blockiert</translation>
    </message>
    <message>
        <source>passes</source>
        <translation>kommt durch</translation>
    </message>
    <message>
        <source>routed %1 · to this gateway %2</source>
        <translation>durchgeleitet: %1 · zu diesem Gateway: %2</translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicySession</name>
    <message numerus="yes">
        <source>Discard %n change(s)</source>
        <translation>
            <numerusform>%n Änderung verwerfen</numerusform>
            <numerusform>%n Änderungen verwerfen</numerusform>
        </translation>
    </message>
    <message>
        <source>Take back the changes of %1</source>
        <translation>Änderungen an %1 zurücknehmen</translation>
    </message>
    <message>
        <source>Undo “%1”</source>
        <translation>„%1“ rückgängig machen</translation>
    </message>
    <message>
        <source>Edit on %1</source>
        <translation>Bearbeitung vom %1</translation>
    </message>
    <message>
        <source>Go back to revision %1</source>
        <translation>Zurück zu Revision %1</translation>
    </message>
    <message numerus="yes">
        <source>%n field(s) need attention</source>
        <translation>
            <numerusform>%n Feld ist zu prüfen</numerusform>
            <numerusform>%n Felder sind zu prüfen</numerusform>
        </translation>
    </message>
    <message>
        <source>Continue on revision %1</source>
        <translation>Mit Revision %1 weiterarbeiten</translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicyTable</name>
    <message>
        <source>Policies in the order in which they are asked</source>
        <translation>Richtlinien in der Reihenfolge, in der sie gefragt werden</translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicyTableModel</name>
    <message>
        <source>+1 rule</source>
        <translation>+1 Regel</translation>
    </message>
    <message numerus="yes">
        <source>+%n rules</source>
        <translation>
            <numerusform>+%n Regel</numerusform>
            <numerusform>+%n Regeln</numerusform>
        </translation>
    </message>
    <message>
        <source>Tier %1, %2, %3</source>
        <translation>Stufe %1, %2, %3</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>gelöscht</translation>
    </message>
    <message>
        <source>tier %1</source>
        <translation>Stufe %1</translation>
    </message>
    <message>
        <source>staged</source>
        <translation>auf Probe</translation>
    </message>
    <message>
        <source>applies to 1 endpoint</source>
        <translation>gilt für 1 Endpunkt</translation>
    </message>
    <message numerus="yes">
        <source>applies to %n endpoints</source>
        <translation>
            <numerusform>gilt für %n Endpunkt</numerusform>
            <numerusform>gilt für %n Endpunkte</numerusform>
        </translation>
    </message>
    <message>
        <source>and 1 more rule</source>
        <translation>und 1 weitere Regel</translation>
    </message>
    <message numerus="yes">
        <source>and %n more rules</source>
        <translation>
            <numerusform>und %n weitere Regel</numerusform>
            <numerusform>und %n weitere Regeln</numerusform>
        </translation>
    </message>
    <message>
        <source>never hit</source>
        <translation>nie getroffen</translation>
    </message>
    <message>
        <source>%1 hits</source>
        <translation>%1 Treffer</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Applies to</source>
        <translation>Gilt für</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>Verkehr</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>Was sie tut</translation>
    </message>
    <message>
        <source>Hits, 24 h</source>
        <translation>Treffer, 24 h</translation>
    </message>
    <message>
        <source>Last hit</source>
        <translation>Letzter Treffer</translation>
    </message>
    <message numerus="yes">
        <source>%n policies</source>
        <translation>
            <numerusform>%n Richtlinie</numerusform>
            <numerusform>%n Richtlinien</numerusform>
        </translation>
    </message>
    <message>
        <source>1 policy</source>
        <translation>1 Richtlinie</translation>
    </message>
    <message>
        <source>%1 · order %2</source>
        <translation>%1 · Rang %2</translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicyText</name>
    <message>
        <source>%1 from %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Routed traffic</source>
        <translation>Durchgeleiteter Verkehr</translation>
    </message>
    <message>
        <source>This gateway only</source>
        <translation>Nur dieses Gateway</translation>
    </message>
    <message>
        <source>Before NAT</source>
        <translation>Vor NAT</translation>
    </message>
    <message>
        <source>Untracked</source>
        <translation>Ohne Verfolgung</translation>
    </message>
    <message>
        <source>Routed</source>
        <translation>Durchgeleitet</translation>
    </message>
    <message>
        <source>Gateway only</source>
        <translation>Nur Gateway</translation>
    </message>
    <message>
        <source>and traffic to and from this gateway</source>
        <translation>und Verkehr zu und von diesem Gateway</translation>
    </message>
    <message>
        <source>nothing that is routed through it</source>
        <translation>nichts, was durchgeleitet wird</translation>
    </message>
    <message>
        <source>sees the addresses and ports the sender used; arriving only; decides before everything else</source>
        <translation>sieht Adressen und Ports, wie der Absender sie verwendet hat; nur ankommend; entscheidet vor allem anderen</translation>
    </message>
    <message>
        <source>every packet by itself, replies need their own rule; not for endpoints named *</source>
        <translation>jedes Paket für sich, Antworten brauchen eine eigene Regel; nicht für Endpunkte namens *</translation>
    </message>
    <message>
        <source>both ways</source>
        <translation>beide Richtungen</translation>
    </message>
    <message>
        <source>leaving</source>
        <translation>abgehend</translation>
    </message>
    <message>
        <source>arriving</source>
        <translation>ankommend</translation>
    </message>
    <message>
        <source>This tier does not exist: create it</source>
        <translation>Diese Stufe gibt es nicht: anlegen</translation>
    </message>
    <message>
        <source>What no rule decides is denied</source>
        <translation>Was keine Regel entscheidet, wird blockiert</translation>
    </message>
    <message>
        <source>What no rule decides goes on to tier %1</source>
        <translation>Was keine Regel entscheidet, geht weiter an Stufe %1</translation>
    </message>
    <message>
        <source>What no rule decides goes on to the profiles</source>
        <translation>Was keine Regel entscheidet, geht weiter an die Profile</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 und %2</translation>
    </message>
    <message>
        <source>No failsafes: every way to this gateway is up to the policies</source>
        <translation>Keine Notzugänge: Jeder Weg zu diesem Gateway ist Sache der Richtlinien</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n weiterer</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Failsafes come first: %1 to this gateway is always let in</source>
        <translation>Notzugänge kommen zuerst: %1 zu diesem Gateway wird immer eingelassen</translation>
    </message>
    <message>
        <source>Failsafes come first: %1 to this gateway are always let in</source>
        <translation>Notzugänge kommen zuerst: %1 zu diesem Gateway werden immer eingelassen</translation>
    </message>
    <message>
        <source>Would remove the enforced policy of this name</source>
        <translation>Würde die wirksame Richtlinie dieses Namens entfernen</translation>
    </message>
    <message>
        <source>No rules</source>
        <translation>Keine Regeln</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>Regel %1</translation>
    </message>
    <message>
        <source>Arriving rule %1</source>
        <translation>Ankommend, Regel %1</translation>
    </message>
    <message>
        <source>Leaving rule %1</source>
        <translation>Abgehend, Regel %1</translation>
    </message>
</context>
<context>
    <name>gw::gui::PolicyYamlTab</name>
    <message>
        <source>Policy as YAML</source>
        <translation>Richtlinie als YAML</translation>
    </message>
    <message>
        <source>Comments stay while this tab is open; they are not stored.</source>
        <translation>Kommentare bleiben, solange dieser Reiter offen ist; sie werden nicht gespeichert.</translation>
    </message>
    <message>
        <source>Write one policy.</source>
        <translation>Genau eine Richtlinie schreiben.</translation>
    </message>
    <message>
        <source>This is no policy.</source>
        <translation>Das ist keine Richtlinie.</translation>
    </message>
    <message>
        <source>There is a policy of this name already.</source>
        <translation>Es gibt schon eine Richtlinie dieses Namens.</translation>
    </message>
    <message>
        <source>Edit %1 as YAML</source>
        <translation>%1 als YAML bearbeiten</translation>
    </message>
    <message>
        <source>Line %1, column %2: %3</source>
        <translation>Zeile %1, Spalte %2: %3</translation>
    </message>
</context>
<context>
    <name>gw::gui::ReviewStep</name>
    <message>
        <source>What will be written</source>
        <translation>Was geschrieben wird</translation>
    </message>
    <message>
        <source>YAML</source>
        <translation>YAML</translation>
    </message>
    <message>
        <source>In words</source>
        <translation>In Worten</translation>
    </message>
</context>
<context>
    <name>gw::gui::RolesStep</name>
    <message>
        <source>What %1 is for</source>
        <translation>Wofür %1 da ist</translation>
    </message>
    <message>
        <source>Labels of %1</source>
        <translation>Labels von %1</translation>
    </message>
</context>
<context>
    <name>gw::gui::RuleCard</name>
    <message>
        <source>networks of From</source>
        <translation>Netze bei Von</translation>
    </message>
    <message>
        <source>networks of To</source>
        <translation>Netze bei Zu</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Zu</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Erlauben</translation>
    </message>
    <message>
        <source>Deny</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>Pass</source>
        <translation>Weiterreichen</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Vermerken</translation>
    </message>
    <message>
        <source>What can be done with this rule</source>
        <translation>Was mit dieser Regel möglich ist</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>Jedes</translation>
    </message>
    <message>
        <source>Other…</source>
        <translation>Anderes…</translation>
    </message>
    <message>
        <source>IP version</source>
        <translation>IP-Version</translation>
    </message>
    <message>
        <source>IPv4 and IPv6</source>
        <translation>IPv4 und IPv6</translation>
    </message>
    <message>
        <source>IPv4 only</source>
        <translation>Nur IPv4</translation>
    </message>
    <message>
        <source>IPv6 only</source>
        <translation>Nur IPv6</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>Ports</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Except… (From)</source>
        <translation>Außer… (Von)</translation>
    </message>
    <message>
        <source>Except… (To)</source>
        <translation>Außer… (Zu)</translation>
    </message>
    <message>
        <source>Not ports</source>
        <translation>Außer Ports</translation>
    </message>
    <message>
        <source>Source ports</source>
        <translation>Quellports</translation>
    </message>
    <message>
        <source>Not source</source>
        <translation>Außer Quellports</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>protocol 47</source>
        <translation>Protokoll 47</translation>
    </message>
    <message>
        <source>Not protocol</source>
        <translation>Außer Protokoll</translation>
    </message>
    <message>
        <source>UDP</source>
        <translation>UDP</translation>
    </message>
    <message>
        <source>ICMP type</source>
        <translation>ICMP-Typ</translation>
    </message>
    <message>
        <source>8 or 3/4</source>
        <translation>8 oder 3/4</translation>
    </message>
    <message>
        <source>Not ICMP</source>
        <translation>Außer ICMP</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Zeitplan</translation>
    </message>
    <message>
        <source>Mon-Fri 07:00-21:00</source>
        <translation>Mon-Fri 07:00-21:00</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>Läuft ab</translation>
    </message>
    <message>
        <source>2026-12-31T18:00:00+01:00</source>
        <translation>2026-12-31T18:00:00+01:00</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Why this rule is there</source>
        <translation>Warum es diese Regel gibt</translation>
    </message>
    <message>
        <source>Port, range or service</source>
        <translation>Port, Bereich oder Dienst</translation>
    </message>
    <message>
        <source>ports</source>
        <translation>Ports</translation>
    </message>
    <message>
        <source>action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>Regel %1</translation>
    </message>
    <message>
        <source>protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Less</source>
        <translation>Weniger</translation>
    </message>
</context>
<context>
    <name>gw::gui::RuleListModel</name>
    <message>
        <source>Rule %1 is never reached: rule %2 decides everything first.</source>
        <translation>Regel %1 wird nie erreicht: Regel %2 entscheidet vorher alles.</translation>
    </message>
    <message>
        <source>Rule %1 is never reached: %2 rule %3 decides everything first.</source>
        <translation>Regel %1 wird nie erreicht: %2 Regel %3 entscheidet vorher alles.</translation>
    </message>
    <message>
        <source>Rule %1: %2</source>
        <translation>Regel %1: %2</translation>
    </message>
    <message>
        <source>Rule %1: %2. %3</source>
        <translation>Regel %1: %2. %3</translation>
    </message>
</context>
<context>
    <name>gw::gui::RuleSection</name>
    <message>
        <source>Add rule</source>
        <translation>Regel hinzufügen</translation>
    </message>
    <message>
        <source>Do not decide it</source>
        <translation>Nicht entscheiden</translation>
    </message>
    <message>
        <source>Rules for arriving traffic</source>
        <translation>Regeln für ankommenden Verkehr</translation>
    </message>
    <message>
        <source>Rules for leaving traffic</source>
        <translation>Regeln für abgehenden Verkehr</translation>
    </message>
    <message>
        <source>Arriving: not decided by this policy</source>
        <translation>Ankommend: von dieser Richtlinie nicht entschieden</translation>
    </message>
    <message>
        <source>Leaving: not decided by this policy</source>
        <translation>Abgehend: von dieser Richtlinie nicht entschieden</translation>
    </message>
    <message>
        <source>Decide it</source>
        <translation>Entscheiden</translation>
    </message>
    <message>
        <source>Arriving</source>
        <translation>Ankommend</translation>
    </message>
    <message>
        <source>Leaving</source>
        <translation>Abgehend</translation>
    </message>
    <message>
        <source>Arriving from %1</source>
        <translation>Ankommend von %1</translation>
    </message>
    <message>
        <source>Leaving to %1</source>
        <translation>Abgehend zu %1</translation>
    </message>
    <message>
        <source>1 rule</source>
        <translation>1 Regel</translation>
    </message>
    <message>
        <source>%1 rules, the first that matches decides</source>
        <translation>%1 Regeln, die erste passende entscheidet</translation>
    </message>
    <message>
        <source>No rules and the tier passes on: this has no effect</source>
        <translation>Keine Regeln, und die Stufe reicht weiter: ohne Wirkung</translation>
    </message>
    <message>
        <source>No rules: what no other policy of this tier allows is denied</source>
        <translation>Keine Regeln: Was keine andere Richtlinie dieser Stufe erlaubt, wird blockiert</translation>
    </message>
    <message>
        <source>%1 rule %2</source>
        <translation>%1 Regel %2</translation>
    </message>
    <message>
        <source>Change %1 of %2</source>
        <translation>%2: %1 ändern</translation>
    </message>
    <message>
        <source>Add rule %1 to %2</source>
        <translation>Regel %1 zu %2 hinzufügen</translation>
    </message>
    <message>
        <source>Move %1</source>
        <translation>%1 verschieben</translation>
    </message>
    <message>
        <source>Duplicate %1</source>
        <translation>%1 duplizieren</translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>%1 löschen</translation>
    </message>
    <message>
        <source>%1 deleted.</source>
        <translation>%1 gelöscht.</translation>
    </message>
    <message>
        <source>Change directions of %1</source>
        <translation>Richtungen von %1 ändern</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
</context>
<context>
    <name>gw::gui::RuleText</name>
    <message>
        <source>A port is a number, a range such as 80-90, or a name.</source>
        <translation>Ein Port ist eine Zahl, ein Bereich wie 80-90 oder ein Name.</translation>
    </message>
    <message>
        <source>Ports go from 1 to 65535.</source>
        <translation>Ports gehen von 1 bis 65535.</translation>
    </message>
    <message>
        <source>The range starts above its end.</source>
        <translation>Der Bereich beginnt über seinem Ende.</translation>
    </message>
    <message>
        <source>Add the prefix length.</source>
        <translation>Präfixlänge ergänzen.</translation>
    </message>
    <message>
        <source>%1 has host bits.</source>
        <translation>%1 hat Host-Bits.</translation>
    </message>
    <message>
        <source>This excludes everything: the rule would match nothing.</source>
        <translation>Das schließt alles aus: Die Regel würde auf nichts passen.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>One rule holds IPv4 or IPv6 networks, not both.</source>
        <translation>Eine Regel enthält IPv4- oder IPv6-Netze, nicht beides.</translation>
    </message>
    <message>
        <source>Write the type, or type/code: 8 or 3/4.</source>
        <translation>Den Typ schreiben oder Typ/Code: 8 oder 3/4.</translation>
    </message>
    <message>
        <source>A code needs a type.</source>
        <translation>Ein Code braucht einen Typ.</translation>
    </message>
    <message>
        <source>Types go from 0 to 254, codes from 0 to 255.</source>
        <translation>Typen gehen von 0 bis 254, Codes von 0 bis 255.</translation>
    </message>
    <message>
        <source>A protocol is a number from 1 to 255, or TCP, UDP, SCTP, UDPLite, ICMP or ICMPv6.</source>
        <translation>Ein Protokoll ist eine Zahl von 1 bis 255 oder TCP, UDP, SCTP, UDPLite, ICMP oder ICMPv6.</translation>
    </message>
    <message>
        <source>Ports need TCP, UDP or SCTP.</source>
        <translation>Ports brauchen TCP, UDP oder SCTP.</translation>
    </message>
</context>
<context>
    <name>gw::gui::SelectorEdit</name>
    <message>
        <source>function</source>
        <translation>Funktion</translation>
    </message>
</context>
<context>
    <name>gw::gui::SelectorTree</name>
    <message>
        <source>%1, matches %2</source>
        <translation>%1, passt auf %2</translation>
    </message>
    <message>
        <source>Near miss: %1</source>
        <translation>Knapp daneben: %1</translation>
    </message>
</context>
<context>
    <name>gw::gui::SelectorWords</name>
    <message>
        <source>no closing quote</source>
        <translation>schließendes Anführungszeichen fehlt</translation>
    </message>
    <message>
        <source>the text that starts here has no closing quote</source>
        <translation>dem Text, der hier beginnt, fehlt das schließende Anführungszeichen</translation>
    </message>
    <message>
        <source>bracket missing</source>
        <translation>Klammer fehlt</translation>
    </message>
    <message>
        <source>has needs its bracket at once: has(app)</source>
        <translation>auf has folgt sofort die Klammer: has(app)</translation>
    </message>
    <message>
        <source>operator missing</source>
        <translation>Operator fehlt</translation>
    </message>
    <message>
        <source>an operator is missing, such as == or in</source>
        <translation>ein Operator fehlt, etwa == oder in</translation>
    </message>
    <message>
        <source>one = is missing</source>
        <translation>ein = fehlt</translation>
    </message>
    <message>
        <source>a comparison is written with two =</source>
        <translation>ein Vergleich wird mit zwei = geschrieben</translation>
    </message>
    <message>
        <source>no closing bracket</source>
        <translation>schließende Klammer fehlt</translation>
    </message>
    <message>
        <source>a closing bracket is missing</source>
        <translation>eine schließende Klammer fehlt</translation>
    </message>
    <message>
        <source>list not closed</source>
        <translation>Liste nicht geschlossen</translation>
    </message>
    <message>
        <source>a list ends with }</source>
        <translation>eine Liste endet mit }</translation>
    </message>
    <message>
        <source>value missing</source>
        <translation>Wert fehlt</translation>
    </message>
    <message>
        <source>a value in quotes is missing</source>
        <translation>ein Wert in Anführungszeichen fehlt</translation>
    </message>
    <message>
        <source>&amp;&amp; or || missing</source>
        <translation>&amp;&amp; oder || fehlt</translation>
    </message>
    <message>
        <source>two terms need &amp;&amp; or || between them</source>
        <translation>zwischen zwei Ausdrücken muss &amp;&amp; oder || stehen</translation>
    </message>
    <message>
        <source>label key missing</source>
        <translation>Labelschlüssel fehlt</translation>
    </message>
    <message>
        <source>a label key is missing</source>
        <translation>ein Labelschlüssel fehlt</translation>
    </message>
    <message>
        <source>Add %1</source>
        <translation>%1 ergänzen</translation>
    </message>
    <message>
        <source>Write ==</source>
        <translation>== schreiben</translation>
    </message>
    <message>
        <source>Put it in quotes</source>
        <translation>In Anführungszeichen setzen</translation>
    </message>
    <message>
        <source>too long</source>
        <translation>zu lang</translation>
    </message>
    <message>
        <source>A selector may have %1 characters.</source>
        <translation>Ein Selektor darf %1 Zeichen haben.</translation>
    </message>
    <message>
        <source>not readable</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>Column %1: %2.</source>
        <translation>Spalte %1: %2.</translation>
    </message>
</context>
<context>
    <name>gw::gui::SettingsPage</name>
    <message>
        <source>Enforcement</source>
        <translation>Durchsetzung</translation>
    </message>
    <message>
        <source>If the enforcer stops</source>
        <translation>Wenn gatewardend ausfällt</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Geschlossen</translation>
    </message>
    <message>
        <source>New flows are dropped; running ones go on.</source>
        <translation>Neue Datenflüsse werden verworfen; laufende gehen weiter.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>New flows pass without a decision.</source>
        <translation>Neue Datenflüsse kommen ohne Entscheidung durch.</translation>
    </message>
    <message>
        <source>What is denied</source>
        <translation>Was blockiert wird</translation>
    </message>
    <message>
        <source>Drop silently</source>
        <translation>Still verwerfen</translation>
    </message>
    <message>
        <source>Who asks hears nothing and tries again for a while.</source>
        <translation>Wer anfragt, erfährt nichts und versucht es noch eine Weile.</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>Abweisen</translation>
    </message>
    <message>
        <source>Who asks hears at once that it is not allowed.</source>
        <translation>Wer anfragt, erfährt sofort, dass es nicht erlaubt ist.</translation>
    </message>
    <message>
        <source>Running flows, when a policy changes</source>
        <translation>Laufende Flüsse, wenn sich eine Richtlinie ändert</translation>
    </message>
    <message>
        <source>Decide again</source>
        <translation>Neu entscheiden</translation>
    </message>
    <message>
        <source>A flow that is no longer allowed ends at its next packet.</source>
        <translation>Ein nicht mehr erlaubter Datenfluss endet mit seinem nächsten Paket.</translation>
    </message>
    <message>
        <source>Leave alone</source>
        <translation>In Ruhe lassen</translation>
    </message>
    <message>
        <source>The new policy holds for new flows only.</source>
        <translation>Die neue Richtlinie gilt nur für neue Datenflüsse.</translation>
    </message>
    <message>
        <source>Failsafes</source>
        <translation>Notzugänge</translation>
    </message>
    <message>
        <source>SSH failsafe is open to every address.</source>
        <translation>Der SSH-Notzugang ist für jede Adresse offen.</translation>
    </message>
    <message>
        <source>To the gateway</source>
        <translation>Zum Gateway</translation>
    </message>
    <message>
        <source>From the gateway</source>
        <translation>Vom Gateway</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
    <message>
        <source>Mark bits</source>
        <translation>Markierungsbits</translation>
    </message>
    <message>
        <source>12 adjacent bits of the packet mark that no other program uses. Taken over when gatewardend starts.</source>
        <translation>12 benachbarte Bits der Paketmarkierung, die kein anderes Programm verwendet. Wird beim Start von gatewardend übernommen.</translation>
    </message>
    <message>
        <source>Kernel queues</source>
        <translation>Kernel-Warteschlangen</translation>
    </message>
    <message>
        <source>0 is one for each processor. Taken over when gatewardend starts.</source>
        <translation>0 heißt: eine je Prozessor. Wird beim Start von gatewardend übernommen.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Those of the gateway are applied like policies</source>
        <translation>Die des Gateways werden wie Richtlinien angewendet</translation>
    </message>
    <message>
        <source>This program</source>
        <translation>Dieses Programm</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>Wie die Arbeitsumgebung</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>The language changes when the program starts again.</source>
        <translation>Die Sprache ändert sich beim nächsten Start des Programms.</translation>
    </message>
    <message>
        <source>Narrow to %1</source>
        <translation>Auf %1 einschränken</translation>
    </message>
    <message>
        <source>Change “%1”</source>
        <translation>„%1“ ändern</translation>
    </message>
    <message>
        <source>Ways to and from the gateway itself that no policy can close, for every address or for some networks only.</source>
        <translation>Wege zum Gateway selbst und von ihm weg, die keine Richtlinie schließen kann, für jede Adresse oder nur für einige Netze.</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Days kept</source>
        <translation>Tage, die bleiben</translation>
    </message>
    <message>
        <source>Older decisions go, in small steps.</source>
        <translation>Ältere Entscheidungen gehen, in kleinen Schritten.</translation>
    </message>
    <message>
        <source>Size at most</source>
        <translation>Größe höchstens</translation>
    </message>
    <message>
        <source>Such as 500Mi or 4Gi: beyond it the oldest decisions go.</source>
        <translation>Etwa 500Mi oder 4Gi: Darüber hinaus gehen die ältesten Entscheidungen.</translation>
    </message>
    <message>
        <source>Hash chain</source>
        <translation>Hash-Kette</translation>
    </message>
    <message>
        <source>On</source>
        <translation>An</translation>
    </message>
    <message>
        <source>“gatewarden audit verify” tells whether anything was altered, removed or added.</source>
        <translation>„gatewarden audit verify“ sagt, ob etwas geändert, entfernt oder hinzugefügt wurde.</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Nobody can tell whether the log was altered.</source>
        <translation>Niemand kann sagen, ob das Protokoll geändert wurde.</translation>
    </message>
    <message>
        <source>Also as JSON lines</source>
        <translation>Auch als JSON-Zeilen</translation>
    </message>
    <message>
        <source>Off, Journal, or a file such as /var/log/gatewarden/audit.json.</source>
        <translation>Off (aus), Journal oder eine Datei wie /var/log/gatewarden/audit.json.</translation>
    </message>
    <message>
        <source>Also to an IPFIX collector</source>
        <translation>Auch an einen IPFIX-Kollektor</translation>
    </message>
    <message>
        <source>none, or address and port, such as 192.0.2.1:4739 or [2001:db8::1]:4739. Sent over UDP, in the clear.</source>
        <translation>none (keiner) oder Adresse und Port, etwa 192.0.2.1:4739 oder [2001:db8::1]:4739. Geht über UDP, unverschlüsselt.</translation>
    </message>
</context>
<context>
    <name>gw::gui::SetupText</name>
    <message>
        <source>default route</source>
        <translation>Standardroute</translation>
    </message>
    <message>
        <source>containers</source>
        <translation>Container</translation>
    </message>
    <message>
        <source>tunnel</source>
        <translation>Tunnel</translation>
    </message>
    <message>
        <source>no address</source>
        <translation>keine Adresse</translation>
    </message>
    <message>
        <source>no device seen yet</source>
        <translation>noch kein Gerät gesehen</translation>
    </message>
    <message numerus="yes">
        <source>%n device(s)</source>
        <translation>
            <numerusform>%n Gerät</numerusform>
            <numerusform>%n Geräte</numerusform>
        </translation>
    </message>
    <message>
        <source>WAN</source>
        <translation>WAN</translation>
    </message>
    <message>
        <source>LAN</source>
        <translation>LAN</translation>
    </message>
    <message>
        <source>Guests</source>
        <translation>Gäste</translation>
    </message>
    <message>
        <source>Devices (IoT)</source>
        <translation>Geräte (IoT)</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>VPN</source>
        <translation>VPN</translation>
    </message>
    <message>
        <source>Management</source>
        <translation>Verwaltung</translation>
    </message>
    <message>
        <source>Leave alone</source>
        <translation>In Ruhe lassen</translation>
    </message>
</context>
<context>
    <name>gw::gui::SimulatedSide</name>
    <message>
        <source>%1: policy</source>
        <translation>%1: Richtlinie</translation>
    </message>
    <message>
        <source>In force: revision %1</source>
        <translation>In Kraft: Revision %1</translation>
    </message>
    <message>
        <source>With your changes</source>
        <translation>Mit den eigenen Änderungen</translation>
    </message>
    <message>
        <source>With your changes (there are none)</source>
        <translation>Mit den eigenen Änderungen (es gibt keine)</translation>
    </message>
    <message>
        <source>Revision %1</source>
        <translation>Revision %1</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Differs from here: %1</source>
        <translation>Ab hier anders: %1</translation>
    </message>
</context>
<context>
    <name>gw::gui::SimulatorPage</name>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Name, label or address</source>
        <translation>Name, Label oder Adresse</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Zu</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
    <message>
        <source>Swap source and destination (Ctrl+T)</source>
        <translation>Quelle und Ziel tauschen (Strg+T)</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Source port</source>
        <translation>Quellport</translation>
    </message>
    <message>
        <source>Arriving by</source>
        <translation>Kommt an über</translation>
    </message>
    <message>
        <source>Leaving by</source>
        <translation>Geht ab über</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Links</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Rechts</translation>
    </message>
    <message>
        <source>What would happen if…</source>
        <translation>Was wäre, wenn…</translation>
    </message>
    <message>
        <source>Choose a source and a destination.</source>
        <translation>Eine Quelle und ein Ziel wählen.</translation>
    </message>
    <message>
        <source>Last questions</source>
        <translation>Letzte Fragen</translation>
    </message>
    <message>
        <source>Endpoints</source>
        <translation>Endpunkte</translation>
    </message>
    <message>
        <source>Devices and sets</source>
        <translation>Geräte und Gruppen</translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>in %1</translation>
    </message>
    <message>
        <source>As routed</source>
        <translation>Laut Routing</translation>
    </message>
    <message>
        <source>Reply direction: none, the flow does not begin</source>
        <translation>Antwortrichtung: keine, der Datenfluss beginnt nicht</translation>
    </message>
    <message>
        <source>Reply direction: decided by rules of its own, the flow is not tracked</source>
        <translation>Antwortrichtung: durch eigene Regeln entschieden, der Datenfluss wird nicht verfolgt</translation>
    </message>
    <message>
        <source>Reply direction: allowed, the flow is tracked</source>
        <translation>Antwortrichtung: erlaubt, der Datenfluss wird verfolgt</translation>
    </message>
    <message>
        <source>No recorded flow matches in 7 days</source>
        <translation>Kein passender Datenfluss in 7 Tagen aufgezeichnet</translation>
    </message>
    <message>
        <source>Real flows like this: %1 in 7 days</source>
        <translation>Echte Datenflüsse wie dieser: %1 in 7 Tagen</translation>
    </message>
    <message>
        <source>%1 → %2, %3</source>
        <translation>%1 → %2, %3</translation>
    </message>
    <message>
        <source>Simulator</source>
        <translation>Simulator</translation>
    </message>
</context>
<context>
    <name>gw::gui::Sparkline</name>
    <message>
        <source>steady, %1</source>
        <translation>gleichbleibend, %1</translation>
    </message>
    <message>
        <source>rising, %1</source>
        <translation>steigend, %1</translation>
    </message>
    <message>
        <source>falling, %1</source>
        <translation>fallend, %1</translation>
    </message>
</context>
<context>
    <name>gw::gui::StartPage</name>
    <message>
        <source>The file is not there</source>
        <translation>Die Datei ist nicht da</translation>
    </message>
    <message>
        <source>Damaged; it was left as it is</source>
        <translation>Beschädigt; sie wurde so gelassen</translation>
    </message>
    <message>
        <source>Written by a newer version</source>
        <translation>Von einer neueren Version geschrieben</translation>
    </message>
    <message>
        <source>Not a Gatewarden database</source>
        <translation>Keine Gatewarden-Datenbank</translation>
    </message>
    <message>
        <source>In use by another program</source>
        <translation>Von einem anderen Programm benutzt</translation>
    </message>
    <message>
        <source>May be looked at, not changed</source>
        <translation>Darf angesehen, nicht geändert werden</translation>
    </message>
    <message>
        <source>Revision %1, not enforced</source>
        <translation>Revision %1, nicht wirksam</translation>
    </message>
    <message>
        <source>Enforcing revision %1</source>
        <translation>Revision %1 ist wirksam</translation>
    </message>
    <message>
        <source>Revision %1</source>
        <translation>Revision %1</translation>
    </message>
    <message>
        <source>Open a gateway</source>
        <translation>Ein Gateway öffnen</translation>
    </message>
    <message>
        <source>Gateways</source>
        <translation>Gateways</translation>
    </message>
    <message>
        <source>Set up this gateway</source>
        <translation>Dieses Gateway einrichten</translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation>Dateien öffnen…</translation>
    </message>
    <message>
        <source>Open this gateway</source>
        <translation>Dieses Gateway öffnen</translation>
    </message>
    <message>
        <source>Open a policy database</source>
        <translation>Eine Richtliniendatenbank öffnen</translation>
    </message>
    <message>
        <source>Policy databases (*.db);;All files (*)</source>
        <translation>Richtliniendatenbanken (*.db);;Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>gw::gui::StateBand</name>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
</context>
<context>
    <name>gw::gui::StateCard</name>
    <message>
        <source>Fail mode</source>
        <translation>Ausfallverhalten</translation>
    </message>
    <message>
        <source>Asking the gateway…</source>
        <translation>Gateway wird gefragt…</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Geschlossen</translation>
    </message>
    <message>
        <source>Enforcing revision %1, not the newest</source>
        <translation>Revision %1 ist wirksam, nicht die neueste</translation>
    </message>
    <message>
        <source>Observing: every policy is staged</source>
        <translation>Beobachtung: Jede Richtlinie ist auf Probe</translation>
    </message>
    <message>
        <source>Enforcing revision %1</source>
        <translation>Revision %1 ist wirksam</translation>
    </message>
    <message>
        <source>No policy has been written yet</source>
        <translation>Es wurde noch keine Richtlinie geschrieben</translation>
    </message>
    <message>
        <source>Nothing new is enforced: gatewardend is not running</source>
        <translation>Nichts Neues wird wirksam: gatewardend läuft nicht</translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation>Entscheidungen</translation>
    </message>
    <message>
        <source>Live flows</source>
        <translation>Laufende Flüsse</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Lost records</source>
        <translation>Verlorene Einträge</translation>
    </message>
    <message>
        <source>%1 /s</source>
        <translation>%1 /s</translation>
    </message>
    <message>
        <source>Applied %1 by %2 · generation %3</source>
        <translation>Angewendet %1 von %2 · Generation %3</translation>
    </message>
</context>
<context>
    <name>gw::gui::StatusLine</name>
    <message>
        <source>Asking…</source>
        <translation>Wird gefragt…</translation>
    </message>
    <message>
        <source>Not enforcing</source>
        <translation>Nicht wirksam</translation>
    </message>
    <message>
        <source>Enforcing</source>
        <translation>Wirksam</translation>
    </message>
    <message>
        <source>Revision %1 in force</source>
        <translation>Revision %1 wirksam</translation>
    </message>
    <message>
        <source>Revision %1 stored</source>
        <translation>Revision %1 gespeichert</translation>
    </message>
    <message>
        <source>Fail mode: open</source>
        <translation>Ausfallverhalten: offen</translation>
    </message>
    <message>
        <source>Fail mode: closed</source>
        <translation>Ausfallverhalten: geschlossen</translation>
    </message>
    <message>
        <source>Revision %1 is not in force yet</source>
        <translation>Revision %1 ist noch nicht wirksam</translation>
    </message>
    <message>
        <source>Decisions that took effect but are missing in the audit log since the enforcer started</source>
        <translation>Entscheidungen, die wirksam waren, aber seit dem Start des Enforcers im Protokoll fehlen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln decision(s)/s</source>
        <translation>
            <numerusform>%Ln Entscheidung/s</numerusform>
            <numerusform>%Ln Entscheidungen/s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln live flow(s)</source>
        <translation>
            <numerusform>%Ln laufender Fluss</numerusform>
            <numerusform>%Ln laufende Flüsse</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln record(s) lost</source>
        <translation>
            <numerusform>%Ln Eintrag verloren</numerusform>
            <numerusform>%Ln Einträge verloren</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>gw::gui::TimeHistogram</name>
    <message>
        <source>Decisions over time</source>
        <translation>Entscheidungen im Zeitverlauf</translation>
    </message>
    <message>
        <source>%1 to %2, %3 decisions, %4 denied</source>
        <translation>%1 bis %2, %3 Entscheidungen, %4 blockiert</translation>
    </message>
</context>
<context>
    <name>gw::gui::Toast</name>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
</context>
<context>
    <name>gw::gui::TracePanel</name>
    <message>
        <source>How it was decided</source>
        <translation>Wie entschieden wurde</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>Als Text kopieren</translation>
    </message>
    <message>
        <source>Steps of the decision</source>
        <translation>Schritte der Entscheidung</translation>
    </message>
    <message>
        <source>%1 policies do not apply</source>
        <translation>%1 Richtlinien gelten hier nicht</translation>
    </message>
</context>
<context>
    <name>gw::gui::VerdictWords</name>
    <message>
        <source>Allowed</source>
        <translation>Erlaubt</translation>
    </message>
    <message>
        <source>Denied</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgewiesen</translation>
    </message>
    <message>
        <source>Goes on</source>
        <translation>Reicht weiter</translation>
    </message>
    <message>
        <source>Logged</source>
        <translation>Vermerkt</translation>
    </message>
</context>
<context>
    <name>gw::gui::Windows</name>
    <message>
        <source>Gatewarden</source>
        <translation>Gatewarden</translation>
    </message>
</context>
</TS>
