extension Report {
  /// Draws everything from the data beside it. No library, no network.
  static let script = #"""
    'use strict';
    const run=JSON.parse(document.getElementById('run').textContent);
    const $=(tag,attributes={},...inside)=>{const e=document.createElement(tag);
      for(const[k,v]of Object.entries(attributes))e.setAttribute(k,v);e.append(...inside);return e};
    const svg=(tag,attributes={},text)=>{const e=document.createElementNS('http://www.w3.org/2000/svg',tag);
      for(const[k,v]of Object.entries(attributes))e.setAttribute(k,v);if(text!=null)e.textContent=text;return e};
    const short=v=>v==null||!isFinite(v)?'–':v===0?'0':Math.abs(v)>=1e5||Math.abs(v)<1e-3?v.toExponential(1):
      String(+v.toPrecision(Math.abs(v)>=1000?4:3));
    const steps=n=>n.toLocaleString('en-US');
    const tone=code=>code===0?'var(--ok)':code===2?'var(--goal)':code===5||code===7||code===1?'var(--warn)':'var(--bad)';
    const page=document.getElementById('page');
    const card=(title,...inside)=>{const c=$('section',{class:'card'},$('h2',{},title),...inside);page.append(c);return c};
    const end=Math.max(run.step,1);

    function ticks(low,high,log){
      if(log){const out=[],fine=high-low<2.2?[1,2,5]:[1];
        for(let p=Math.floor(low);p<=high;p++)for(const f of fine){const v=p+Math.log10(f);if(v>=low&&v<=high)out.push(v)}
        return out.filter((_,i)=>i%Math.ceil(out.length/6||1)===0)}
      const raw=(high-low)/4,unit=10**Math.floor(Math.log10(raw)),nice=[1,2,2.5,5,10].find(f=>f*unit>=raw)*unit,out=[];
      for(let v=Math.ceil(low/nice)*nice;v<=high+nice*1e-6;v+=nice)out.push(Math.abs(v)<nice*1e-6?0:v);return out}

    function smooth(y){let m=null;return y.map(v=>v==null?m:m=m==null?v:m+.12*(v-m))}

    // lines: [name, steps, values, colour, whether to smooth]; options: log, low, high, mark
    function chart(title,lines,options={}){
      lines=lines.filter(l=>l[2].some(v=>v!=null&&isFinite(v)));if(!lines.length)return;
      const W=420,H=210,L=44,R=8,T=8,B=22,of=v=>v==null||!isFinite(v)||options.log&&v<=0?null:options.log?Math.log10(v):v;
      const all=lines.flatMap(l=>l[2].map(of)).filter(v=>v!=null).sort((a,b)=>a-b);
      if(!all.length)return;
      // A first spike or a last burst must not flatten the rest.
      const inner=q=>all[Math.min(all.length-1,Math.floor(q*all.length))];
      let low=options.low??inner(.004),high=options.high??inner(.996);
      if(options.mark!=null){low=Math.min(low,options.mark);high=Math.max(high,options.mark)}
      if(high-low<1e-9){low-=.5;high+=.5}
      if(options.low==null)low-=(high-low)*.05;if(options.high==null)high+=(high-low)*.05;
      const x=s=>L+(W-L-R)*s/end,y=v=>T+(H-T-B)*(1-(Math.min(high,Math.max(low,v))-low)/(high-low));
      const s=svg('svg',{viewBox:`0 0 ${W} ${H}`,role:'img','aria-label':title});
      for(const t of ticks(low,high,options.log)){s.append(svg('line',{class:'axis',x1:L,x2:W-R,y1:y(t),y2:y(t)}),
        svg('text',{x:L-6,y:y(t)+4,'text-anchor':'end'},short(options.log?10**t:t)))}
      for(const t of ticks(0,end,false))if(x(t)<W-24)s.append(svg('text',{x:x(t),y:H-6,'text-anchor':t?'middle':'start'},
        t>=1e6?t/1e6+'M':t>=1000?t/1000+'k':t));
      if(options.mark!=null)s.append(svg('line',{class:'mark',x1:L,x2:W-R,y1:y(options.mark),y2:y(options.mark)}));
      const path=(xs,ys,colour,kind)=>{let d='',pen=false;ys.forEach((v,i)=>{const o=of(v);if(o==null){pen=false;return}
        d+=`${pen?'L':'M'}${x(xs[i]).toFixed(1)} ${y(o).toFixed(1)}`;pen=true});
        s.append(svg('path',{d,class:kind,stroke:colour,'stroke-linejoin':'round'}))};
      for(const[,xs,ys,colour,wavers]of lines){if(wavers&&ys.length>40){path(xs,ys,colour,'faint');path(xs,smooth(ys),colour,'bold')}
        else{path(xs,ys,colour,'bold');if(ys.length<2)ys.forEach((v,i)=>{const o=of(v);
          if(o!=null)s.append(svg('circle',{cx:x(xs[i]),cy:y(o),r:3,fill:colour}))})}}
      const cross=svg('line',{class:'cross',y1:T,y2:H-B,visibility:'hidden'});s.append(cross);
      const key=$('div',{class:'key'}),cells=lines.map(l=>{const value=document.createTextNode('');
        key.append($('span',{},$('i',{style:`background:${l[3]}`}),l[0]+' ',value));return value});
      const show=at=>{lines.forEach(([,xs,ys],n)=>{let best=-1;for(let i=0;i<xs.length;i++)if(ys[i]!=null&&
        (best<0||Math.abs(xs[i]-at)<Math.abs(xs[best]-at)))best=i;cells[n].data=best<0?'':short(ys[best])})};
      show(end);
      s.addEventListener('pointermove',e=>{const box=s.getBoundingClientRect();
        const at=Math.max(0,Math.min(end,((e.clientX-box.left)/box.width*W-L)/(W-L-R)*end));
        cross.setAttribute('x1',x(at));cross.setAttribute('x2',x(at));cross.setAttribute('visibility','visible');show(at)});
      s.addEventListener('pointerleave',()=>{cross.setAttribute('visibility','hidden');show(end)});
      card(title,s,key)}

    function header(){
      document.getElementById('title').textContent=run.title;
      document.getElementById('when').textContent=`step ${steps(run.step)} of ${steps(run.steps)} · ${run.speed} · ${run.state} ${run.written.replace('T',' ').slice(0,16)} UTC`;
      const h=run.health,box=$('section',{class:'card wide verdict',style:`--tone:${tone(h.code)}`});
      box.append($('b',{},h.verdict),$('span',{class:'soft'},` since step ${steps(h.since)}`),$('div',{},h.advice));
      if(h.evidence.length){const list=$('dl',{class:'figures'});
        for(const f of h.evidence)list.append($('div',{},$('dt',{},f.name),$('dd',{},short(f.value))));box.append(list)}
      page.append(box)}

    function timeline(){
      const W=1000,H=46,s=svg('svg',{viewBox:`0 0 ${W} ${H}`,role:'img','aria-label':'verdicts',preserveAspectRatio:'none',style:'height:46px'});
      const spans=run.verdicts.map((v,i)=>({...v,end:i+1<run.verdicts.length?run.verdicts[i+1].step:end}));
      for(const v of spans){const r=svg('rect',{x:W*v.step/end,width:Math.max(1.5,W*(v.end-v.step)/end),y:4,height:26,rx:3,fill:tone(v.code),
        opacity:v.code===0?.45:.9});r.append(svg('title',{},`${v.verdict}, steps ${v.step} to ${v.end}`));s.append(r)}
      for(const step of run.left_out)s.append(svg('rect',{x:W*step/end-1,width:2,y:34,height:10,fill:'var(--bad)'}));
      const key=$('div',{class:'key'});
      for(const code of[...new Set(spans.map(v=>v.code))])key.append($('span',{},$('i',{style:`background:${tone(code)};height:9px`}),
        spans.find(v=>v.code===code).verdict));
      if(run.left_out.length)key.append($('span',{},$('i',{style:'background:var(--bad);width:3px;height:10px'}),`steps left out: ${run.left_out_count}`));
      const c=card('Verdicts',s,key);c.classList.add('wide');
      if(run.events.length){const t=$('table');for(const e of run.events.slice(-12).reverse())
        t.append($('tr',{},$('th',{},`step ${steps(e.step)}`),$('td',{},e.line)));
        c.append($('details',{style:'margin-top:8px'},$('summary',{},`What happened (${run.events.length})`),t))}}

    function samples(){
      if(!run.samples.length)return;
      const image=$('img',{alt:'samples'}),label=$('div',{class:'figures'}),
        range=$('input',{type:'range',min:0,max:run.samples.length-1,step:1,'aria-label':'step of the samples'}),play=$('button',{type:'button'},'Play');
      const show=i=>{const s=run.samples[i];image.src='data:image/png;base64,'+s.png;
        label.replaceChildren($('div',{},$('dt',{},'step'),$('dd',{},steps(s.step))))};
      range.addEventListener('input',()=>show(+range.value));
      let timer=null;const stop=()=>{clearInterval(timer);timer=null;play.textContent='Play'};
      play.addEventListener('click',()=>{if(timer)return stop();play.textContent='Stop';
        if(+range.value>=run.samples.length-1)range.value=-1;
        timer=setInterval(()=>{range.value=+range.value+1;show(+range.value);if(+range.value>=run.samples.length-1)stop()},450)});
      range.value=run.samples.length-1;show(run.samples.length-1);
      const note=$('p',{class:'soft small'},run.samples.length>1?'The same latents at every step: drag to see them change.':'More come as the training goes on.');
      const c=card('Samples',$('div',{class:'samples'},image,$('div',{class:'scrub'},label,range,play,note)));c.classList.add('wide')}

    function charts(){
      const c=run.curves,x=c.step,k=run.looks,at=k.map(l=>l.step),of=n=>k.map(l=>l[n]??null),C=['var(--a)','var(--b)','var(--c)','var(--d)'];
      chart('Losses',[['discriminator',x,c.discriminator_loss,C[0],1],['generator',x,c.generator_loss,C[1],1]].map(l=>run.kind==='gan'?l:['loss',...l.slice(1)]));
      chart('Accuracy: 0.5 is the balance',[['accuracy',x,c.accuracy,C[0],1],['held-out share',at,of('held_out_share'),C[1]],['share on seen data',at,of('seen_share'),C[2]]],{low:0,high:1,mark:.5});
      chart('Gradient norms',[['discriminator',x,c.discriminator_gradient_norm,C[0],1],['generator',x,c.generator_gradient_norm,C[1],1]],{log:true});
      chart('Scores',[['real',x,c.score_real,C[2],1],['generated',x,c.score_fake,C[1],1]]);
      chart('Variety and cover of the samples',[['diversity',at,of('diversity'),C[0]],['coverage',at,of('coverage'),C[2]]],{low:0,mark:1});
      chart('Distance to the nearest training item',[['by that of held-out data',at,of('nearest'),C[3]]],{log:true,mark:0});
      chart('Movement of the samples between looks',[['movement',at,of('movement'),C[0]]],{low:0});
      chart("Slope of the score at samples (R2)",[['mean square',at,of('fake_slope'),C[3]]],{log:true});
      chart('What labels tell',[['of held-out data',at,of('labelling'),C[2]],['of items near each other',at,of('label_agreement'),C[1]]],{high:1,mark:0});
      for(const[n,l]of Object.entries(run.metrics))chart(n,[[n,l.map(p=>p[0]),l.map(p=>p[1]),C[3]]])}

    function about(){
      const t=$('table');for(const[k,v]of run.machine)t.append($('tr',{},$('th',{},k),$('td',{},v)));
      const c=card('Machine and run',t);c.classList.add('wide');
      const r=$('section',{class:'card wide'},$('details',{},$('summary',{},'Recipe'),$('pre',{},run.recipe)));page.append(r)}

    header();timeline();samples();charts();about();
    """#
}
