// Ruleset: the text of our one nftables table, `inet gatewarden`, as a pure function of what is to
// be enforced. nft.h applies it.
//
// The table has two parts. The frame (base chains, sets, and chains that never change) is made
// once and kept for as long as the table lives: deleting a base chain makes the kernel drop every
// queued packet of the network namespace, other programs' too. The fill (regular chains and set
// elements) is replaced in one transaction at each change of policy, interfaces or settings. Text
// of the frame is in frame.cc, of the fill in fill.cc, of the sets that both need in table_sets.cc.
//
// The path of a packet, for each of the hooks input, forward and output:
//
//   early (raw, prerouting; only while a flood of denied SYNs makes it worth while)
//     learned denial of a TCP SYN -----------------------------------> count, drop
//
//   raw_prerouting, raw_output (raw; only where something is decided without connection tracking)
//     workload's source is not behind its interface -----------------> count, drop
//     untracked_in, untracked_out: doNotTrack policies ---------------> notrack, accept or drop
//
//   decide_prerouting (mangle; only where an interface has preDNAT policies)
//     ct mark is valid, reply, related, failsafe port of this machine-> accept
//     early_denied (frame) remembered denial ------------------------> deny_action
//     ask_early    (frame) hints into the packet mark --------------> upcall: queue
//   apply_prerouting (mangle + 1)
//     accept -> ct mark: judged, or allowed, before DNAT
//     drop, reject -> remember (the sets early_denied_*), drop or reject
//
//   decide_HOOK (filter + 10)
//     forwarded, established, ct mark of this generation -----------> flow add (where there is one)
//     ct mark is valid, not related ---------------------------------> accept      the fast path
//     policed_HOOK   (fill)
//       learned accept of a new flow ------------------------------> log, mark, accept
//       untracked, and a doNotTrack policy allowed it --------------> accept or drop
//       no interface policed --------------------------------------> accept
//       ct state invalid ------------------------------------------> drop
//       ICMP error of an accepted flow, our own reset or refusal --> accept
//       expected flow (FTP data) of an accepted one ---------------> mark, accept
//       neighbour discovery, hop limit 255 ------------------------> accept
//       failsafe port, local delivery -----------------------------> mark generation 0, accept
//       denied       (frame) remembered denial --------------------> deny_action
//       learned_denials (frame) denied whatever the source --------> count, deny_action
//       guard        (fill)  new flow, source over its rate -------> count, drop
//       ask          (frame) hints into the packet mark -----------> upcall: queue
//
//   apply_HOOK (filter + 11): a rule after `queue` in the same base chain would never run
//     none of our bits ---------------------------------------------> accept
//     answered       (frame) by the verdict in the packet mark:
//       accept -> remember (fill): ct mark, if the answer is of the current generation; the pair
//                 into an allowed set, if the answer says learn
//       drop   -> refuse   (fill): the tuple into a denied set, likewise the service; drop
//       reject -> refuse_with_answer (fill): likewise; TCP reset or ICMP
//       none   -> undecided (fill): nobody answered: fail mode
//
// The first packet of an expected flow is `related` and carries its control flow's mark already; it
// takes the longer way so that it is logged. `new` stays on the fast path: a UDP flow that is never
// answered is new for all its life.
//
// An answer of an older generation is obeyed for its packet and not remembered: the flow comes up
// again and is decided by the policy that is in force by then.
//
// Marks are compared with constants in rules of the base chains, which a fill replaces: a look-up
// in a set costs the fast path several percent. The set valid_marks tells who takes the table over
// what is in force.
//
// A TCP denial is learned for SYNs only: any other first packet may belong to a flow that conntrack
// forgot, in either direction, and is asked about.

#ifndef ENFORCER_RULESET_RULESET_H_
#define ENFORCER_RULESET_RULESET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "common/policy/mark.h"
#include "common/policy/settings.h"
#include "enforcer/ruleset/stateless.h"

namespace gw {

inline constexpr char kTableName[] = "gatewarden";
inline constexpr char kValidMarksSet[] = "valid_marks";
// The chain that asks user space; filled by the fill (native `queue`) or by queue_rule.h (xtables).
inline constexpr char kUpcallChain[] = "upcall";
// What the accepted flows of forwarded traffic take past the table (Documentation/networking/
// nf_flowtable.rst). Each fill makes it anew, which sends its flows back to be looked at.
inline constexpr char kFlowtable[] = "accepted_flows";
// Queue numbers kQueueFirst .. kQueueFirst + queues - 1. Chosen away from the numbers that other
// programs take by default (0, 1, 100, 17040).
inline constexpr uint16_t kQueueFirst = 7100;
// NFLOG group that carries first packets which the kernel accepted by itself (failsafes, expected
// flows), so that they reach the audit log with interface and tuple. The prefix is the reason.
inline constexpr uint16_t kAcceptedLogGroup = 7100;
inline constexpr char kLogPrefixExpected[] = "conntrack:related";
// Followed by the generation: a flow that the kernel accepted as one of its pair was before.
inline constexpr char kLogPrefixLearned[] = "learned:";
// Likewise: one packet of an untracked flow, and one that failed the reverse path check.
inline constexpr char kLogPrefixUntracked[] = "untracked:";
inline constexpr char kLogPrefixReversePath[] = "rpf:";
// An untracked flow is logged once, and again after so long; so many are remembered at once, others
// are only counted.
inline constexpr int kUntrackedSeenTimeout_s = 60;
inline constexpr int kUntrackedSeenMax = 16384;
// Of those that fail the reverse path check, so many a second are logged; all are counted.
inline constexpr int kReversePathLogs_per_s = 20;
inline constexpr char kUntrackedAcceptedCounter[] = "untracked_accepted";
inline constexpr char kUntrackedDeniedCounter[] = "untracked_denied";
inline constexpr char kReversePathCounter[] = "reverse_path";
// Pairs of addresses whose next flow to the same service is accepted without asking: so long after
// the last that was asked about, and so many per set. Protocols: TCP, UDP.
inline constexpr int kAllowedTimeout_s = 600;
inline constexpr int kAllowedMax = 65536;
// Services that are denied whatever the source, likewise. Their counters become rows of the audit
// log (learned_sets.h).
inline constexpr int kDeniedAnyTimeout_s = 30;
inline constexpr int kDeniedAnyMax = 16384;
// Counts what those sets denied.
inline constexpr char kDeniedAnyCounter[] = "denied_any";
// A SYN to a port from here on may be the other half of a simultaneous open (RFC 9293, 3.5) of a
// flow that began behind it, so that it is not denied before connection tracking. Programs open
// flows from 32768 up (ip_local_port_range; RFC 6056).
inline constexpr int kEarlyPortsEnd = 32768;
// Denied flows are remembered in the kernel this long, and so many per set.
inline constexpr int kDenialTimeout_s = 30;
inline constexpr int kDenialsMax = 65536;

// Counts first packets that the upcall guard dropped.
inline constexpr char kGuardCounter[] = "upcall_guard";
// Sources that the guard watches at once, and how long it remembers one that is quiet. Beyond them
// nobody is held back.
inline constexpr int kGuardSourcesMax = 65536;
inline constexpr int kGuardTimeout_s = 60;

struct QueueRule {
  uint16_t first = kQueueFirst;
  uint16_t count = 1;
  bool bypass = false;  // accept when no process listens
  bool by_cpu = false;  // the CPU says which queue, instead of a hash of the flow
  friend bool operator==(const QueueRule&, const QueueRule&) = default;
};

struct InterfaceMatch {
  bool all_but = false;  // every interface but these
  std::vector<std::string> names;
  bool none() const { return !all_but && names.empty(); }
};

// Base chains that most sites do not need, since each packet pays for them. They are made when they
// are first wanted and stay, empty, when they are not: deleting one costs what waits in queues.
struct OptionalChains {
  bool before_tracking = false;  // kBeforeTrackingChains
  bool before_dnat = false;      // kBeforeDnatChains
  size_t stateless = 0;          // how many chains of stateless.h
  bool flowtable = false;        // kFlowtable
};
inline constexpr const char* kBeforeTrackingChains[] = {"raw_prerouting", "raw_output"};
inline constexpr const char* kBeforeDnatChains[] = {"decide_prerouting", "apply_prerouting"};

struct Fill {
  MarkLayout marks;
  uint32_t generation = 1;
  // Policed by a named host endpoint. `lo` only where an endpoint names it.
  std::vector<std::string> policed_interfaces;
  // A `*` host endpoint polices all others but `lo`.
  bool polices_any_interface = false;
  std::vector<std::string> workload_prefixes;
  // Interfaces whose policies are judged before DNAT too.
  InterfaceMatch before_dnat;
  Stateless stateless;
  std::vector<Failsafe> failsafe_inbound;
  std::vector<Failsafe> failsafe_outbound;
  bool drop_invalid = true;
  DenyAction deny_action = DenyAction::kDrop;
  FailMode fail_mode = FailMode::kClosed;
  EstablishedFlows established_flows = EstablishedFlows::kRedecide;
  // First packets of new flows per second that one source (IPv6: one /64) may bring up, and how
  // many beyond that at once. 0: no guard.
  uint32_t upcall_rate_per_source = 0;
  uint32_t upcall_burst_per_source = 0;
  // Learned accepts are believed and added to. Learned denials always are.
  bool learns_accepts = false;
  // Accepted flows between these are offloaded to the flowtable. Empty: none.
  std::vector<std::string> offload_interfaces;
  // The native `queue` statement is used; otherwise the upcall chain is left as it is.
  bool native_queue = true;
  QueueRule queue;
};

// Name of the chain that marks the frame's version and mark mask. A table without it was made by
// another version of the program, or with another mask, and has to be replaced whole.
std::string FrameChain(const MarkLayout& marks);

// Creates the table with its frame. Nothing is policed until a fill follows. `owned`: the socket
// that carries the text becomes its owner (table_socket.h).
std::string FrameText(const MarkLayout& marks, bool owned = false);

// Replaces everything that depends on the policy, forgets denials, and makes `generation` the only
// valid one (beside failsafes), all in one transaction. `there` are the optional chains that the
// table has.
std::string FillText(const Fill& fill, const OptionalChains& there);

// Learned denials of TCP SYNs are looked up before connection tracking, or no longer. To be wanted
// only where denials are silent and nothing translates destinations, and only as long as a flood is
// worth an additional chain for every packet. The chain is made when it is first wanted and stays,
// empty, when it is not: to delete a base chain costs what waits in queues.
std::string EarlyText(bool denies_early, const MarkLayout& marks);
inline constexpr char kEarlyChain[] = "early";

// Takes the table away.
std::string RemoveText();

}  // namespace gw

#endif  // ENFORCER_RULESET_RULESET_H_
